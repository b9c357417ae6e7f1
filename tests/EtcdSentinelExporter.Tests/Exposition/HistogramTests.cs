using System.Globalization;
using EtcdSentinelExporter.Exposition;
using EtcdSentinelExporter.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Exposition;

public class HistogramTests
{
    [Fact]
    public void Buckets_count_what_is_at_or_below_their_bound() =>
        Prop.ForAll<NonNegativeInt[]>(values =>
        {
            var histogram = values.Aggregate(Histogram.Empty([0, 1, 5, 25]), (sum, value) => sum.Observe(value.Get));

            Assert.All(histogram.Cumulative(), bucket =>
                Assert.Equal(values.Count(v => v.Get <= bucket.Bound), bucket.AtOrBelow));
            Assert.Equal((double.PositiveInfinity, values.Length), histogram.Cumulative().Last());
            Assert.Equal(values.Sum(value => (double)value.Get), histogram.Sum);
        }).Holds();

    [Fact]
    public void Observing_leaves_the_histogram_before_it_as_it_was()
    {
        var before = Histogram.Empty([1]);

        var after = before.Observe(0.5);

        Assert.Equal(0, before.Cumulative().Last().AtOrBelow);
        Assert.Equal(1, after.Cumulative().Last().AtOrBelow);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.001)]
    public void What_cannot_be_summed_is_not_observed(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.Empty([1]).Observe(value));

    [Fact]
    public void Bounds_ascend_and_are_finite()
    {
        Assert.Throws<ArgumentException>(() => Histogram.Empty([1, 1]));
        Assert.Throws<ArgumentException>(() => Histogram.Empty([2, 1]));
        Assert.Throws<ArgumentException>(() => Histogram.Empty([1, double.PositiveInfinity]));
    }

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0, "0.0")]
    [InlineData(100, "100.0")]
    [InlineData(0.25, "0.25")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.000025, "2.5e-05")]
    [InlineData(1e6, "1e+06")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Bounds_are_spelt_in_one_way(double bound, string written)
    {
        Assert.Equal(written, Number.Bound(bound));
        if (double.IsFinite(bound))
            Assert.Equal(bound, double.Parse(written, CultureInfo.InvariantCulture));
    }
}
