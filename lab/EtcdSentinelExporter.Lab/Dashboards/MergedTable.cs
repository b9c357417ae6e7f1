using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>Rows of a table of several queries, as Grafana's transformation <c>merge</c> makes them: rows are joined
/// that agree in all columns that every query has.</summary>
internal static class MergedTable
{
    /// <param name="answers">Letter and answer of each query.</param>
    /// <returns>For each row its fields: labels, and <c>Value</c> or <c>Value #A</c>.</returns>
    public static ImmutableArray<Dictionary<string, object>> Of(
        IReadOnlyList<(string Letter, ImmutableArray<Line> Lines)> answers)
    {
        var filled = answers.Where(answer => !answer.Lines.IsEmpty).ToList();
        var shared = filled.Select(answer => Labels(answer.Lines)).Aggregate(
            filled.Count > 0 ? Labels(filled[0].Lines) : [], (some, labels) => some.Intersect(labels));
        List<Dictionary<string, object>> rows = [];
        foreach (var (letter, lines) in filled)
        {
            var value = answers.Count == 1 ? "Value" : $"Value #{letter}";
            foreach (var line in lines)
            {
                var row = rows.Find(row => !row.ContainsKey(value) && shared.All(
                    label => line.Labels.GetValueOrDefault(label, "").Equals(row.GetValueOrDefault(label, ""))));
                if (row is null)
                    rows.Add(row = new(StringComparer.Ordinal));
                foreach (var (label, text) in line.Labels)
                    row[label] = text;
                row[value] = line.Last;
            }
        }
        return [.. rows];
    }

    /// <summary>Sorts them by the first column that the panel is sorted by.</summary>
    public static IEnumerable<Dictionary<string, object>> Sorted(
        Panel panel, IEnumerable<Dictionary<string, object>> rows)
    {
        var by = panel.Json.GetProperty("options").GetProperty("sortBy").EnumerateArray().FirstOrDefault();
        if (by.ValueKind is JsonValueKind.Undefined)
            return rows;
        var name = by.GetProperty("displayName").GetString();
        var field = panel.Columns.First(column => column.Name == name).Field;
        double Key(Dictionary<string, object> row) =>
            row.GetValueOrDefault(field) is double value ? value : double.MinValue;
        string Text(Dictionary<string, object> row) =>
            Convert.ToString(row.GetValueOrDefault(field), CultureInfo.InvariantCulture) ?? "";
        return by.GetProperty("desc").GetBoolean()
            ? rows.OrderByDescending(Key)
            : rows.OrderBy(Key).ThenBy(Text, StringComparer.Ordinal);
    }

    private static ImmutableHashSet<string> Labels(ImmutableArray<Line> lines) =>
        [.. lines.SelectMany(line => line.Labels.Keys)];
}
