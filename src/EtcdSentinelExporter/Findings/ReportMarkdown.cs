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
        text.Append($"{Escaped(report.Node)}, {at} UTC, etcd-sentinel-exporter {Escaped(report.Version)}\n");
        Section(text, "Cause", report.Causes, link => $"- {link.Name}: {Escaped(link.Evidence)}\n");
        Section(text, "Findings", report.Findings, Finding);
        Section(text, "Not known", report.Notes, note => $"- {Escaped(note)}\n");
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

    private static string Finding(ReportedFinding item) =>
        $"- **{Report.Word(item.Finding.Severity)}** {item.Finding.Code}, {Escaped(item.Finding.Subject)}: "
        + $"{Escaped(item.Finding.Summary)}\n  Next: {Escaped(item.Finding.NextStep)}\n"
        // A code block shows the command as it is; no line of it can end the block.
        + (item.Command is { } command ? $"\n  ```sh\n  {command}\n  ```\n\n" : "");

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
