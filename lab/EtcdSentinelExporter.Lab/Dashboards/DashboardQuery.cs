using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>A file of dashboards/.</summary>
internal sealed record Dashboard(string Name, JsonElement Json)
{
    public static string Folder { get; } = Path.Combine(Repo.Root, "dashboards");

    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal);

    public static ImmutableArray<Dashboard> All { get; } =
        [.. Files.Select(file => new Dashboard(Path.GetFileNameWithoutExtension(file), Parse(file)))];

    public ImmutableArray<Panel> Panels =>
        [.. Json.GetProperty("panels").EnumerateArray().Select(json => new Panel(Name, json))];

    public ImmutableArray<DashboardQuery> Queries => [.. Panels.SelectMany(panel => panel.Queries)];

    private static JsonElement Parse(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.Clone();
    }
}

/// <summary>A panel of a dashboard.</summary>
internal sealed record Panel(string Dashboard, JsonElement Json)
{
    public string Title => Json.GetProperty("title").GetString()!;

    public string Kind => Json.GetProperty("type").GetString()!;

    public ImmutableArray<DashboardQuery> Queries =>
        [.. Json.GetProperty("targets").EnumerateArray().Select(json => new DashboardQuery(this, json))];

    /// <summary>Columns of a table and what they are called, in their order; empty for other kinds.</summary>
    public ImmutableArray<(string Field, string Name)> Columns => Kind != "table" ? [] :
    [
        .. Json.GetProperty("transformations").EnumerateArray()
            .First(one => one.GetProperty("id").GetString() == "organize").GetProperty("options")
            .GetProperty("renameByName").EnumerateObject().Select(one => (one.Name, one.Value.GetString()!)),
    ];
}

/// <summary>A query of a panel.</summary>
internal sealed partial record DashboardQuery(Panel Panel, JsonElement Json)
{
    public string Expression => Json.GetProperty("expr").GetString()!;

    public string Legend => Json.GetProperty("legendFormat").GetString()!;

    public string Letter => Json.GetProperty("refId").GetString()!;

    public bool IsInstant => Json.GetProperty("instant").GetBoolean();

    public string Where => $"{Panel.Dashboard}: {Panel.Title}, {Letter}";

    /// <summary>Labels that the legend shows.</summary>
    public IEnumerable<string> LegendLabels => Braces().Matches(Legend).Select(match => match.Groups[1].Value);

    /// <summary>Name of a line, as Grafana makes it from the legend.</summary>
    public string NameOf(Line line) => Spaces().Replace(
        Braces().Replace(Legend, match => line.Labels.GetValueOrDefault(match.Groups[1].Value, "")), " ").Trim();

    /// <summary>Runs it with each node chosen.</summary>
    /// <param name="cluster">Regular expression of the chosen clusters.</param>
    /// <param name="window">What Grafana fills in for <c>$__rate_interval</c>.</param>
    /// <exception cref="LabException">Prometheus rejects it; the message is its own.</exception>
    public Task<ImmutableArray<Line>> AskAsync(
        QueryApi prometheus, DashboardTime time, string cluster = ".*", string window = "1m")
    {
        var filled = Expression.Replace("$cluster", cluster, StringComparison.Ordinal)
            .Replace("$node", ".*", StringComparison.Ordinal)
            .Replace("$__rate_interval", window, StringComparison.Ordinal);
        return IsInstant ? prometheus.InstantAsync(filled, time.To) : prometheus.RangeAsync(filled, time);
    }

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}", RegexOptions.None, 10_000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\s+", RegexOptions.None, 10_000)]
    private static partial Regex Spaces();
}
