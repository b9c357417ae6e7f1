using EtcdSentinelExporter.Lab.Soaking;
using Xunit;

namespace EtcdSentinelExporter.Tests.Lab;

public sealed class RegressionTests
{
    [Fact]
    public void A_line_is_found_exactly()
    {
        var line = Regression.Of([(1, 5), (2, 7), (3, 9), (4, 11)]);

        Assert.Equal(2, line.Slope, 9);
        Assert.Equal(8, line.Mean, 9);
        Assert.Equal(0, line.StandardError, 9);
        Assert.Equal(23, line.At(10), 9);
    }

    // Worked by hand: squares of the times 10, slope 0.6, squares of the rests 2.4, neighbours below each other's line.
    [Fact]
    public void The_standard_error_is_that_of_the_textbook()
    {
        var line = Regression.Of([(1, 2), (2, 4), (3, 5), (4, 4), (5, 5)]);

        Assert.Equal(0.6, line.Slope, 9);
        Assert.Equal(Math.Sqrt(2.4 / 3 / 10), line.StandardError, 9);
    }

    [Fact]
    public void Two_points_have_no_standard_error() =>
        Assert.True(double.IsNaN(Regression.Of([(1, 1), (2, 3)]).StandardError));

    [Fact]
    public void Neighbours_that_depend_on_each_other_widen_the_standard_error()
    {
        var waves = Enumerable.Range(0, 100).Select(n => ((double)n, 30 + (5 * Math.Sin(n / 10.0)))).ToList();
        var shuffled = waves.Select((one, n) => (one.Item1, waves[n * 37 % 100].Item2)).ToList();

        Assert.InRange(
            Regression.Of(waves).StandardError / Regression.Of(shuffled).StandardError, 2, double.PositiveInfinity);
    }

    [Fact]
    public void Spans_have_the_means_of_their_points() => Assert.Equal(
        [(0.5, 15), (2.5, 35)], Regression.Means([(0, 10), (1, 20), (2, 30), (3, 40)], 2));
}
