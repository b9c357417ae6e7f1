using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Findings;

/// <summary>Writes a report as Markdown, for an issue or a chat.</summary>
internal static class ReportMarkdown
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.Append($"# {report.StatusWord}: {Escaped(report.Verdict)}\n\n");
        var at = report.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        text.Append($"{Escaped(report.Place)}, {at} UTC, etcd-sentinel-exporter {Escaped(report.Version)}\n");
        Section(text, "Cause", report.Causes, link => $"- {link.Name}: {Escaped(link.Evidence)}\n");
        Section(text, "Findings", FindingGroup.Of(report.Findings), Findings);
        Section(text, "Notes", report.Notes, note => $"- {Escaped(note)}\n");
        foreach (var table in report.Tables.Where(table => !table.Rows.IsEmpty))
            Table(text, table);
        return text.ToString();
    }

    private static void Section<T>(
        StringBuilder text, string title, ImmutableArray<T> items, Func<T, string> write)
    {
        if (items.IsEmpty)
            return;
        text.Append($"\n## {title}\n\n");
        foreach (var item in items)
            text.Append(write(item));
    }

    private static string Findings(FindingGroup group) =>
        $"- **{Report.Word(group.First.Severity)}** {group.First.Code}\n"
        + string.Concat(group.Lines.Select(line => $"  - {Escaped(line)}\n"))
        + $"\n  Next: {Escaped(group.First.NextStep)}\n\n"
        + Commands(group);

    // A code block shows the commands as they are; no line of them can end the block.
    private static string Commands(FindingGroup group) => group.Commands.Any()
        ? $"  ```sh\n{string.Concat(group.Commands.Select(one => $"  {one}\n"))}  ```\n\n"
        : "";

    private static void Table(StringBuilder text, ReportTable table)
    {
        text.Append($"\n## {table.Title}\n\n");
        Row(text, table.Columns.Select(column => column.Header));
        Row(text, table.Columns.Select(column => column.IsNumber ? "---:" : "---"));
        foreach (var row in table.Rows)
            Row(text, row.Select(cell => Escaped(cell.Shown)));
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    // Only what would change the structure or become HTML: names stay readable.
    private static string Escaped(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal)
        .Replace("<", @"\<", StringComparison.Ordinal).Replace("`", @"\`", StringComparison.Ordinal)
        .Replace("[", @"\[", StringComparison.Ordinal).Replace("*", @"\*", StringComparison.Ordinal);
}
