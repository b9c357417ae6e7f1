using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>Draws lines over time as SVG, with dashed lines for the thresholds and a legend.</summary>
internal sealed class GraphDrawing(Panel panel, DashboardTime time)
{
    private const int Width = 1000;
    private const int Height = 200;

    private static readonly string[] s_colours =
        ["#1f6feb", "#0a7d50", "#8250df", "#b35900", "#b3261e", "#556666", "#06868f", "#a01b6f"];

    private readonly JsonElement _defaults = panel.Json.GetProperty("fieldConfig").GetProperty("defaults");

    private string Unit => _defaults.GetProperty("unit").GetString()!;

    private double Reach =>
        _defaults.GetProperty("custom").TryGetProperty("axisSoftMax", out var soft) ? soft.GetDouble() : 1e-9;

    public string Draw(ImmutableArray<(string Name, Line Line)> lines)
    {
        var drawn = lines.Where(one => one.Line.Points.Any(point => double.IsFinite(point.Value))).ToList();
        if (drawn.Count == 0)
            return "no data";
        var values = drawn.SelectMany(one => one.Line.Points).Select(point => point.Value).Where(double.IsFinite)
            .ToList();
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(values.Max(), Reach) * 1.1);
        double Y(double value) => Height - (value - low) / (high - low) * Height;
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"<svg viewBox='0 0 {Width} {Height}'><text x=2 y=12>{FieldLook.Written(high / 1.1, Unit)}</text>");
        foreach (var limit in Limits().Where(limit => limit < high))
            svg.Append(Path("#b35900", $"0,{Text(Y(limit))} {Width},{Text(Y(limit))}", " stroke-dasharray='4 3'"));
        var legend = new StringBuilder();
        foreach (var ((name, line), colour) in drawn.Zip(s_colours))
        {
            svg.Append(Path(colour, string.Join(' ', line.Points.Where(point => double.IsFinite(point.Value)).Select(
                point => $"{Text((point.At - time.From) / (time.To - time.From) * Width)},{Text(Y(point.Value))}"))));
            legend.Append(CultureInfo.InvariantCulture, $"<div style='color:{colour}'>{WebUtility.HtmlEncode(name)}: ")
                .Append(FieldLook.Written(line.Last, Unit)).Append("</div>");
        }
        var more = drawn.Count > s_colours.Length ? $"and {drawn.Count - s_colours.Length} more lines" : "";
        return $"{svg}</svg>{legend}{more}";
    }

    private IEnumerable<double> Limits() => _defaults.GetProperty("thresholds").GetProperty("steps").EnumerateArray()
        .Select(step => step.GetProperty("value")).Where(value => value.ValueKind is JsonValueKind.Number)
        .Select(value => value.GetDouble());

    private static string Path(string colour, string points, string more = "") =>
        $"<polyline fill=none stroke-width=2 stroke='{colour}'{more} points='{points}'/>";

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
