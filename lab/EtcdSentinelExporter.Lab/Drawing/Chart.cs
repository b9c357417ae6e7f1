using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace EtcdSentinelExporter.Lab.Drawing;

/// <summary>Draws panels as one SVG, readable on light and dark pages.</summary>
internal static class Chart
{
    private const int Width = 420;
    private const int Height = 210;
    private const int Left = 52;
    private const int Right = 14;
    private const int Top = 40;
    private const int Bottom = 34;
    private const int Head = 34;
    private const int Legend = 90;
    private const string AtEnd = "text-anchor=\"end\" fill=\"#555555\"";

    // A line of few points shows each of them.
    private const int MaxMarked = 15;

    // Distinct for people who see few colours.
    private static readonly string[] s_colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555", "#e69f00"];

    /// <param name="columns">Panels beside each other.</param>
    public static string Draw(string title, ImmutableArray<ChartPanel> panels, int columns = 2)
    {
        var (width, height) = (columns * Width, Head + ((panels.Length + columns - 1) / columns * Height));
        var svg = new StringBuilder(Text($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">
            <rect width="{width}" height="{height}" fill="#ffffff"/>
            <text x="{Left}" y="22" font-size="14" font-weight="bold">{WebUtility.HtmlEncode(title)}</text>

            """));
        for (var number = 0; number < panels.Length; number++)
        {
            var (x, y) = (number % columns * Width, Head + (number / columns * Height));
            svg.Append(Text($"<g transform=\"translate({x},{y})\" font-size=\"11\">\n"));
            Draw(svg, panels[number]);
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, ChartPanel panel)
    {
        Write(svg, Left, 12, panel.Title, "font-weight=\"bold\"");
        foreach (var value in panel.Y.Round())
        {
            var y = Y(panel, value);
            svg.Append(Text($"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"#dddddd\"/>"));
            Write(svg, Left - 5, y + 4, Number(value), AtEnd);
        }
        foreach (var value in panel.X.Round())
            Write(svg, X(panel, value), Height - Bottom + 14, Number(value), "text-anchor=\"middle\"");
        Write(svg, Width - Right, Height - Bottom + 27, panel.Across, AtEnd);
        for (var number = 0; number < panel.Lines.Length; number++)
            Draw(svg, panel, panel.Lines[number], number);
    }

    private static void Draw(StringBuilder svg, ChartPanel panel, ChartLine line, int number)
    {
        var (color, left) = (s_colors[number % s_colors.Length], Left + (number * Legend));
        svg.Append(Text($"<rect x=\"{left}\" y=\"20\" width=\"10\" height=\"4\" fill=\"{color}\"/>"));
        Write(svg, left + 14, 26, line.Name, "");
        var points = line.Points.Where(point => double.IsFinite(point.Y))
            .Select(point => (X: X(panel, point.X), Y: Y(panel, point.Y))).ToList();
        if (!line.IsDots)
        {
            svg.Append("<polyline fill=\"none\" points=\"")
                .AppendJoin(' ', points.Select(point => Text($"{point.X:0.#},{point.Y:0.#}")))
                .Append(Text($"\" stroke=\"{color}\" stroke-width=\"1.5\""))
                .Append(line.IsDashed ? " stroke-dasharray=\"5 3\"/>\n" : "/>\n");
        }
        foreach (var (x, y) in line.IsDots || points.Count <= MaxMarked ? points : [])
            svg.Append(Text($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2\" fill=\"{color}\"/>"));
        svg.Append('\n');
    }

    private static void Write(StringBuilder svg, double x, double y, string text, string how) =>
        svg.Append(Text($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {how}>{WebUtility.HtmlEncode(text)}</text>\n"));

    private static double X(ChartPanel panel, double value) => Left + (panel.X.Share(value) * (Width - Left - Right));

    private static double Y(ChartPanel panel, double value) =>
        Height - Bottom - (panel.Y.Share(value) * (Height - Top - Bottom));

    private static string Number(double value) =>
        value.ToString(value >= 1000 ? "#,0" : "0.####", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
