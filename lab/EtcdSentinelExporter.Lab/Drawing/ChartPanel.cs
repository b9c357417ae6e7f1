using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Drawing;

/// <summary>A line of a chart, or dots.</summary>
/// <param name="Points">In the order in which they are joined.</param>
internal sealed record ChartLine(
    string Name, ImmutableArray<(double X, double Y)> Points, bool IsDots = false, bool IsDashed = false);

/// <summary>One coordinate system of a picture. The y axis begins at 0, or is logarithmic.</summary>
/// <param name="Title">What the y axis shows, with its unit.</param>
/// <param name="Across">What the x axis shows, with its unit.</param>
internal sealed record ChartPanel(
    string Title, string Across, ImmutableArray<ChartLine> Lines, bool IsLogX = false, bool IsLogY = false)
{
    public Axis X { get; } = Axis.Of(
        Lines.SelectMany(line => line.Points).Select(point => point.X), IsLogX, fromZero: false);

    public Axis Y { get; } = Axis.Of(
        Lines.SelectMany(line => line.Points).Select(point => point.Y), IsLogY, fromZero: true);
}
