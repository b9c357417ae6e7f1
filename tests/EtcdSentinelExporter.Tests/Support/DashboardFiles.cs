using System.Collections.Immutable;
using System.Text.Json;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>One query of a panel.</summary>
internal sealed record DashboardTarget(string Where, JsonElement Panel, JsonElement Json)
{
    public string Expression { get; } = Json.GetProperty("expr").GetString()!;

    public string Legend { get; } = Json.GetProperty("legendFormat").GetString()!;

    public bool IsInstant { get; } = Json.GetProperty("instant").GetBoolean();
}

/// <summary>One file of <c>dashboards/</c>.</summary>
internal sealed record DashboardFile(string Name, JsonElement Json)
{
    public static ImmutableArray<DashboardFile> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repo.Root, "dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(file => new DashboardFile(Path.GetFileNameWithoutExtension(file), Parse(file))),
    ];

    public static ImmutableArray<DashboardTarget> Targets { get; } =
    [
        .. from file in All
           from panel in file.Panels
           from target in panel.GetProperty("targets").EnumerateArray()
           select new DashboardTarget(file.Title(panel), panel, target),
    ];

    public IEnumerable<JsonElement> Panels => Json.GetProperty("panels").EnumerateArray();

    public IEnumerable<JsonElement> Variables => Json.GetProperty("templating").GetProperty("list").EnumerateArray();

    public string Uid => Json.GetProperty("uid").GetString()!;

    public string Title(JsonElement panel) => $"{Name}: {panel.GetProperty("title").GetString()}";

    /// <summary>Returns all strings of the file, at any depth.</summary>
    public static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Strings(property.Value)),
        _ => [],
    };

    private static JsonElement Parse(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.Clone();
    }
}
