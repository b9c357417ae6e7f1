using System.Net;
using System.Text;

namespace EtcdSentinelExporter.Findings;

/// <summary>Writes a report as the body of an HTML page: no script, no style attribute, every text escaped.</summary>
internal static class ReportHtml
{
    // The page stays below 50 KB, and the most urgent come first.
    private const int MaxFindings = 15;
    private const int MaxRows = 12;

    /// <summary>Rules for <see cref="Write"/>.</summary>
    /// <remarks>Colours come last: a border of the rules before them has none of its own.</remarks>
    public const string Style =
        "body:has(.verdict){max-width:76rem}" +
        ".verdict{font-size:1.3rem;font-weight:600;padding:.6rem .9rem;border-left:.5rem solid;border-radius:.2rem;" +
        "background:color-mix(in srgb,var(--level) 12%,transparent)}" +
        ".finding{border-left:.3rem solid;padding:.1rem .9rem;margin:1rem 0}" +
        ".finding h3{margin:.2rem 0;font-size:1.05rem}" +
        ".finding pre{white-space:pre-wrap;word-break:break-all}" +
        "h1,h3,p,li{overflow-wrap:anywhere}p{margin:.4rem 0}.scroll{overflow-x:auto}" +
        ".scroll td,.scroll th{white-space:nowrap}.scroll td:last-child{white-space:normal;min-width:18rem}" +
        ".scroll .n,.scroll td.n:last-child{text-align:right;min-width:0;font-variant-numeric:tabular-nums}" +
        "thead th{border-bottom:1px solid}b.warning,b.unknown,b.critical{border-bottom:.15rem solid}" +
        "code,pre{font:.9rem/1.4 ui-monospace,monospace}meter{width:6rem;vertical-align:middle}" +
        "nav ul{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;list-style:none;margin:2rem 0 0;padding:.8rem 0;" +
        "border-top:1px solid #8888}" +
        ".ok{--level:light-dark(#2e7d32,#66bb6a)}.warning{--level:light-dark(#b26a00,#ffb74d)}" +
        ".unknown{--level:light-dark(#616161,#9e9e9e)}.info{--level:light-dark(#1565c0,#64b5f6)}" +
        ".critical{--level:light-dark(#c62828,#ef5350)}.verdict,.finding,.scroll b{border-color:var(--level)}";

    public static string Write(Report report)
    {
        var html = new StringBuilder();
        html.Append($"<main>\n<h1>etcd on {Text(report.Place)}</h1>\n")
            .Append($"<p class=\"verdict {report.StatusWord}\" role=\"status\">")
            .Append($"{Capital(report.StatusWord)}: {Text(report.Verdict)}</p>\n")
            .Append($"<p>{Time(report.At)}, version {Text(report.Release)}</p>\n");
        Causes(html, report.Causes);
        Findings(html, report.Findings);
        if (!report.Notes.IsEmpty)
            html.Append($"<h2>Notes</h2>\n<ul>{string.Concat(report.Notes.Select(Item))}</ul>\n");
        foreach (var table in report.Tables.Where(table => !table.Rows.IsEmpty))
            Table(html, table);
        return html.Append("</main>\n").ToString();
    }

    private static void Causes(StringBuilder html, ImmutableArray<CauseLink> links)
    {
        if (links.IsEmpty)
            return;
        html.Append("<h2>Cause</h2>\n<ol>\n");
        foreach (var link in links)
            html.Append($"<li><strong>{Text(link.Name)}</strong>: {Text(link.Evidence)}</li>\n");
        html.Append("</ol>\n");
    }

    private static void Findings(StringBuilder html, ImmutableArray<ReportedFinding> findings)
    {
        html.Append("<h2>Findings</h2>\n");
        if (findings.IsEmpty)
            html.Append("<p>None.</p>\n");
        foreach (var group in FindingGroup.Of(findings.Take(MaxFindings)))
            Findings(html, group);
        if (findings.Length > MaxFindings)
            html.Append(More(findings.Length - MaxFindings));
    }

    private static void Findings(StringBuilder html, FindingGroup group)
    {
        var (severity, code) = (Report.Word(group.First.Severity), group.First.Code);
        html.Append($"<section class=\"finding {severity}\">\n<h3>{Capital(severity)}: {code}</h3>\n")
            .AppendJoin("", group.Lines.Select(line => $"<p>{Text(line)}</p>\n"))
            .Append($"<p>Next: {Text(group.First.NextStep)}</p>\n")
            .AppendJoin("", group.Commands.Select(one => $"<pre><code>{Text(one)}</code></pre>\n"))
            .Append($"<p><a href=\"{group.Runbook}\">Runbook of {code}</a></p>\n</section>\n");
    }

    // A wide table scrolls by itself, also with the keyboard.
    private static void Table(StringBuilder html, ReportTable table)
    {
        html.Append($"<h2 id=\"{table.Key}\">{table.Title}</h2>\n")
            .Append($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{table.Key}\">\n")
            .Append("<table>\n<thead><tr>");
        foreach (var column in table.Columns)
            html.Append($"<th scope=\"col\"{Aligned(column)}>{column.Header}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows.Take(MaxRows))
        {
            html.Append("<tr>");
            foreach (var (column, cell) in table.Columns.Zip(row))
                html.Append($"<td{Aligned(column)}>{Cell(cell)}</td>");
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
        if (table.Rows.Length > MaxRows)
            html.Append(More(table.Rows.Length - MaxRows));
    }

    // Colour alone says nothing to a screen reader: a bad value is bold and marked.
    private static string Cell(ReportCell cell)
    {
        var text = cell.Level is { } level and > Severity.Info
            ? $"<b class=\"{Report.Word(level)}\">{Text(cell.Shown)}</b>"
            : Text(cell.Shown);
        return cell.Bar is { } ratio
            ? FormattableString.Invariant(
                $"<meter max=\"1\" low=\".8\" high=\".95\" optimum=\"0\" value=\"{ratio:0.###}\" aria-hidden=\"true\">")
                + $"</meter> {text}"
            : text;
    }

    private static string More(int count) =>
        FormattableString.Invariant($"<p>{count} more in <a href=\"/status.json\">status.json</a>.</p>\n");

    private static string Time(DateTimeOffset at) => FormattableString.Invariant(
        $"<time datetime=\"{at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC</time>");

    private static string Item(string note) => $"<li>{Text(note)}</li>\n";

    private static string Aligned(ReportColumn column) => column.IsNumber ? " class=\"n\"" : "";

    private static string Capital(string word) => $"{char.ToUpperInvariant(word[0])}{word[1..]}";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
