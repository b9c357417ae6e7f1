using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>Draws a dashboard as one HTML page, so that a person can look at what its queries return. Not Grafana:
/// places, tables, texts, units and thresholds are those of the file, everything else is ours.</summary>
internal sealed class DashboardDrawing(QueryApi prometheus, DashboardTime time)
{
    private const int MaxRows = 40;

    private const string Head = """
        <!doctype html><meta charset=utf-8><style>
        body{font:12px system-ui,sans-serif;background:#f4f6f8;margin:8px}
        h1{font-size:16px}h2{font-size:13px;margin:0 0 4px}
        main{display:grid;grid-template-columns:repeat(24,1fr);gap:6px}
        section{background:#fff;border:1px solid #c8d0d8;padding:6px;overflow:hidden}
        table{border-collapse:collapse;width:100%}td,th{border:1px solid #dde;padding:2px 5px;text-align:left}
        .stat{font-size:20px;text-align:center;padding:10px 2px}.stat small{display:block;font-size:11px}
        svg{width:100%}text{font:11px system-ui,sans-serif}
        .red,.dark-red{background:#d44;color:#fff}.dark-yellow,.yellow{background:#eb1}
        .green,.dark-green{background:#4a6;color:#fff}.blue,.dark-blue{background:#48c;color:#fff}
        .orange{background:#f93}
        </style>
        """;

    /// <exception cref="LabException">Prometheus rejects a query.</exception>
    public async Task<string> DrawAsync(Dashboard dashboard)
    {
        var title = Text(dashboard.Json.GetProperty("title").GetString()!);
        var page = new StringBuilder(Head).Append(
            CultureInfo.InvariantCulture, $"<h1>{title}: our drawing of its queries, not Grafana</h1><main>");
        foreach (var panel in dashboard.Panels)
        {
            var width = panel.Json.GetProperty("gridPos").GetProperty("w").GetInt32();
            page.Append(CultureInfo.InvariantCulture, $"<section style='grid-column:span {width}'>")
                .Append($"<h2>{Text(panel.Title)}</h2>").Append(await DrawAsync(panel)).Append("</section>\n");
        }
        return page.Append("</main>").ToString();
    }

    private async Task<string> DrawAsync(Panel panel)
    {
        List<(DashboardQuery Query, ImmutableArray<Line> Lines)> answers = [];
        foreach (var query in panel.Queries)
            answers.Add((query, await query.AskAsync(prometheus, time)));
        return panel.Kind switch
        {
            "table" => Table(panel, [.. answers.Select(one => (one.Query.Letter, one.Lines))]),
            "stat" => string.Concat(answers.Select(one => Stat(panel, one.Query, one.Lines))),
            _ => new GraphDrawing(panel, time).Draw(
                [.. answers.SelectMany(one => one.Lines.Select(line => (one.Query.NameOf(line), line)))]),
        };
    }

    private static string Stat(Panel panel, DashboardQuery query, ImmutableArray<Line> lines)
    {
        var none = panel.Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("noValue").GetString()!;
        if (lines.IsEmpty)
            return $"<div class=stat>{Text(none)}</div>";
        return string.Concat(lines.Select(line =>
        {
            var (text, colour) = new FieldLook(panel, query.NameOf(line)).Of(line.Last);
            return $"<div class='stat {colour}'>{Text(text)}<small>{Text(query.NameOf(line))}</small></div>";
        }));
    }

    private static string Table(Panel panel, IReadOnlyList<(string Letter, ImmutableArray<Line> Lines)> answers)
    {
        var rows = MergedTable.Of(answers);
        var columns = panel.Columns.Where(column => rows.Any(row => row.ContainsKey(column.Field))).ToList();
        if (columns.Count == 0)
            return "no data";
        var looks = columns.Select(column => new FieldLook(panel, column.Name)).ToList();
        var body = MergedTable.Sorted(panel, rows).Take(MaxRows).Select(row => "<tr>" + string.Concat(
            columns.Zip(looks, (column, look) => row.GetValueOrDefault(column.Field) switch
            {
                double value => Cell(look.Of(value)),
                string label => Cell(look.Of(label)),
                _ => "<td>",
            })));
        var head = string.Concat(columns.Select(column => $"<th>{Text(column.Name)}"));
        return $"<table><tr>{head}{string.Concat(body)}</table>"
            + (rows.Length > MaxRows ? $"and {rows.Length - MaxRows} more" : "");
    }

    private static string Cell((string Text, string? Colour) one) => $"<td class='{one.Colour}'>{Text(one.Text)}";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
