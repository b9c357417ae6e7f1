using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>Runs all queries in a real Prometheus: each must run, return something, and have the labels that are shown.
/// lab/data/empty-panels lists what may be missing, and why.</summary>
internal sealed class DashboardCheck
{
    private readonly ImmutableHashSet<string> _mayBeEmpty =
    [
        .. File.ReadLines(Path.Combine(Repo.Data, "empty-panels")).Where(line => line is not ("" or ['#', ..]))
            .Select(line => line.Split(" | ")[0].TrimEnd()),
    ];

    /// <summary>Returns one line for each query that fails, returns nothing or lacks a label.</summary>
    public async Task<ImmutableArray<string>> ComplainAsync(QueryApi prometheus, DashboardTime time)
    {
        List<string> complaints = [];
        foreach (var panel in Dashboard.All.SelectMany(dashboard => dashboard.Panels))
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (var query in panel.Queries)
            {
                if (await TryAskAsync(query, prometheus, time, complaints) is not { } lines)
                    continue;
                seen.UnionWith(lines.SelectMany(line => line.Labels.Keys));
                if (lines.IsEmpty && !MayBeMissing(query.Where) && !MayBeMissing(query.Where[..^3]))
                    complaints.Add($"{query.Where}: returns nothing");
                else if (!lines.IsEmpty && Missing(query.LegendLabels, seen) is [_, ..] labels)
                    complaints.Add($"{query.Where}: no label {string.Join(", ", labels)}");
            }
            if (seen.Count > 0 && Missing(panel.Columns.Select(column => column.Field), seen) is [_, ..] columns
                && !MayBeMissing($"columns of {panel.Dashboard}: {panel.Title}"))
            {
                complaints.Add($"{panel.Dashboard}: {panel.Title}: no column {string.Join(", ", columns)}");
            }
        }
        return [.. complaints];
    }

    private static async Task<ImmutableArray<Line>?> TryAskAsync(
        DashboardQuery query, QueryApi prometheus, DashboardTime time, List<string> complaints)
    {
        try
        {
            return await query.AskAsync(prometheus, time);
        }
        catch (LabException e)
        {
            complaints.Add($"{query.Where}: {e.Message}");
            return null;
        }
    }

    private string[] Missing(IEnumerable<string> labels, HashSet<string> seen) =>
    [
        .. labels.Where(label => !label.StartsWith("Value", StringComparison.Ordinal) && !seen.Contains(label)
            && !MayBeMissing($"label {label}")),
    ];

    private bool MayBeMissing(string what) => _mayBeEmpty.Contains(what);
}
