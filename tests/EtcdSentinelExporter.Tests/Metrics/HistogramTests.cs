using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

public class HistogramTests
{
    private static readonly ImmutableArray<double> Bounds = [0.001, 0.25, 5.5, 25.125];

    // Bounds and their neighbours, values far apart, and the same value again and again.
    private static readonly Arbitrary<double[]> Observations = Gen.OneOf(
            Gen.Elements(0, 0.1, 1e-9, 1e-7, 1.0 / 3, 1e15),
            Gen.Elements<double>([.. Bounds, .. Bounds.Select(Math.BitIncrement), .. Bounds.Select(Math.BitDecrement)]),
            Gen.Choose(0, int.MaxValue).Select(n => n * 1e-8))
        .ArrayOf().ToArbitrary();

    [Fact]
    public void Buckets_on_the_page_count_what_is_at_or_below_their_bound() =>
        Prop.ForAll(Observations, values =>
        {
            var page = Published(Of(values));

            Assert.All(Bounds, bound => Assert.Equal(
                values.Count(value => value <= bound),
                page[string.Create(CultureInfo.InvariantCulture, $"x_bucket{{le=\"{bound}\"}}")]));
            Assert.Equal(values.Length, page["x_bucket{le=\"+Inf\"}"]);
            Assert.Equal(values.Length, page["x_count"]);
        }).Holds();

    [Fact]
    public void The_sum_on_the_page_is_right_to_one_part_in_a_million_millions() =>
        Prop.ForAll(Observations, values =>
        {
            var exact = (double)values.Sum(value => (decimal)value);

            var sum = Published(Of(values))["x_sum"];

            Assert.Equal(Of(values).Sum, sum);
            Assert.InRange(sum, exact * (1 - 1e-12), exact * (1 + 1e-12));
        }).Holds();

    [Fact]
    public void The_sum_on_the_page_never_falls() =>
        Prop.ForAll(Observations, values =>
        {
            var (histogram, sum) = (Histogram.Empty(Bounds), 0.0);
            foreach (var value in values)
            {
                histogram = histogram.Observe(value);
                Assert.True(histogram.Sum >= sum);
                sum = histogram.Sum;
            }
        }).Holds();

    // sum / count * count is sometimes a unit in the last place less than the sum.
    [Theory]
    [InlineData(0.0001)]
    [InlineData(0.0003)]
    [InlineData(0.0007)]
    public void Observations_of_zero_take_nothing_from_the_sum(double first)
    {
        var histogram = Histogram.Empty(Bounds).Observe(first);
        for (var n = 0; n < 2_000; n++)
        {
            var next = histogram.Observe(0);
            Assert.InRange(next.Sum, histogram.Sum, first * (1 + 1e-12));
            histogram = next;
        }
    }

    [Fact]
    public void Observing_leaves_the_histogram_before_it_as_it_was()
    {
        var before = Histogram.Empty([1.5]);

        var after = before.Observe(0.5);

        Assert.Equal(0, before.Count);
        Assert.Equal(1, after.Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.001)]
    public void What_cannot_be_summed_is_not_observed(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.Empty([1.5]).Observe(value));

    // They would be spelt in two ways: two series for one bucket.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(1e6)]
    [InlineData(1_000_000.5)]
    [InlineData(0.00009)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Bounds_with_two_spellings_are_rejected(double bound) =>
        Assert.Throws<ArgumentException>(() => Histogram.Empty([bound]));

    [Fact]
    public void Bounds_ascend_and_there_is_one()
    {
        Assert.Throws<ArgumentException>(() => Histogram.Empty([1.5, 1.5]));
        Assert.Throws<ArgumentException>(() => Histogram.Empty([2.5, 1.5]));
        Assert.Throws<ArgumentException>(() => Histogram.Empty([]));
    }

    [Fact]
    public void Bounds_are_spelt_alike_in_both_formats()
    {
        var histogram = Of([1]);

        string[] text = [.. Text(histogram).Samples().Where(line => line.Contains("le=", StringComparison.Ordinal))];
        string[] open = [.. Text(histogram, TextFormat.OpenMetrics).Samples()
            .Where(line => line.Contains("le=", StringComparison.Ordinal))];

        Assert.Equal<string[]>(text, open);
        Assert.Equal("x_bucket{le=\"0.001\"} 0", text[0]);
        Assert.Equal("x_bucket{le=\"+Inf\"} 1", text[^1]);
    }

    private static Histogram Of(IEnumerable<double> values) =>
        values.Aggregate(Histogram.Empty(Bounds), (histogram, value) => histogram.Observe(value));

    private static string Text(Histogram histogram, TextFormat format = TextFormat.Prometheus) =>
        ImmutableArray.Create(new MetricFamily<Histogram>(
            MetricType.Histogram, "x", "Help.", [], (reading, samples) => samples.Add(reading)))
            .Text(histogram, format);

    private static Dictionary<string, double> Published(Histogram histogram) => Text(histogram).Samples()
        .Select(line => line.Split(' '))
        .ToDictionary(
            parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
