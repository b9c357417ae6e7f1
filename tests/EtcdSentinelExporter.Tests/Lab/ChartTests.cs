using System.Xml.Linq;
using EtcdSentinelExporter.Lab.Drawing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Lab;

public sealed class ChartTests
{
    [Fact]
    public void A_picture_is_xml_with_each_line_and_its_points()
    {
        var svg = XDocument.Parse(Chart.Draw("a < b",
        [
            new("memory, MiB", "hours",
                [new("one", [(0, 1), (1, 3)]), new("two", [(0, double.NaN), (1, 2)], IsDots: true)]),
            new("nothing", "hours", []),
        ])).Root!;

        Assert.Contains("a < b", svg.Elements().Select(one => one.Value));
        Assert.Equal(2, svg.Elements().Count(one => one.Name.LocalName == "g"));
        Assert.Equal(3, svg.Descendants().Count(one => one.Name.LocalName == "circle"));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 43, false, "0 20 40")]
    [InlineData(3, 2000, true, "10 100 1000")]
    [InlineData(1, 9, true, "1 2 5")]
    public void Ticks_are_round(double from, double to, bool isLogarithmic, string ticks) => Assert.Equal(
        ticks, string.Join(' ', Axis.Of([from, to], isLogarithmic, fromZero: false).Round()));

    [Fact]
    public void A_linear_axis_of_values_begins_at_zero() =>
        Assert.Equal(0, Axis.Of([30, 40], isLogarithmic: false, fromZero: true).From);

    [Fact]
    public void A_logarithmic_axis_of_values_lies_between_powers_of_ten() =>
        Assert.Equal(new(10, 1000, IsLogarithmic: true), Axis.Of([30, 400], isLogarithmic: true, fromZero: true));
}
