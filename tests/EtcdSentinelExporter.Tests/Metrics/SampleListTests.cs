using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

public class SampleListTests
{
    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity", "+Inf")]
    [InlineData(double.NegativeInfinity, "-Infinity", "-Inf")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1.7300000000000002, "1.7300000000000002")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(1e21, "1e+21")]
    [InlineData(9007199254740993, "9007199254740992", "9007199254740992.0")]
    [InlineData(1234567890123456789, "1.2345678901234568e+18")]
    [InlineData(2147483648, "2147483648", "2147483648.0")]
    [InlineData(1, "1", "1.0")]
    [InlineData(-5, "-5", "-5.0")]
    [InlineData(-0.0, "0", "0.0")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    public void Values_are_written_as_Prometheus_reads_them(double value, string written, string? inOpenMetrics = null)
    {
        Action<SampleList> add = samples => samples.Add(value, "1", "2");

        Assert.Equal($"x{{a=\"1\",b=\"2\"}} {written}\n", Lines(add).Text);
        Assert.Equal(
            $"x{{a=\"1\",b=\"2\"}} {inOpenMetrics ?? written}\n", Lines(add, format: TextFormat.OpenMetrics).Text);
    }

    [Theory]
    [InlineData("C:\\new \"x\"\n", "C:\\\\new \\\"x\\\"\\n")]
    [InlineData("a\0b\rc\td\u007Fe\u0085f", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf")]
    [InlineData("a\u202Eb\uFEFFc\u2028d\U000E0041e", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    [InlineData("\U0001F6A8 ä", "\U0001F6A8 ä")]
    [InlineData("{},=# EOF", "{},=# EOF")]
    public void Label_values_cannot_break_the_page(string value, string written) =>
        Assert.Equal($"x{{a=\"{written}\",b=\"2\"}} 1\n", Lines(samples => samples.Add(1, value, "2")).Text);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() =>
        Assert.Equal("x{a=\"<\uFFFD>\",b=\"\"} 1\n", Lines(samples => samples.Add(1, $"<{(char)0xD800}>", "")).Text);

    // Prometheus drops it when it parses the page.
    [Fact]
    public void A_label_without_a_value_is_empty() =>
        Assert.Equal("x{a=\"\",b=\"2\"} 1\n", Lines(samples => samples.Add(1, "", "2")).Text);

    [Fact]
    public void A_label_set_told_twice_costs_the_second_sample()
    {
        var (text, dropped) = Lines(samples =>
        {
            samples.Add(1, "1", "2");
            samples.Add(2, "1", "2");
            samples.Add(3, "1", "3");
        });

        Assert.Equal("x{a=\"1\",b=\"2\"} 1\nx{a=\"1\",b=\"3\"} 3\n", text);
        Assert.Equal(1, dropped);
    }

    [Fact]
    public void Label_values_that_only_became_the_same_by_cleaning_are_the_same() =>
        Assert.Equal(2, Lines(samples =>
        {
            samples.Add(1, "\0", "");
            samples.Add(2, "\r", "");
            samples.Add(3, $"{(char)0xDC00}", "");
        }).Dropped);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.NegativeInfinity)]
    public void A_counter_is_never_negative_nor_unknown(double value) =>
        Assert.Equal(("", 1), Lines(samples => samples.Add(value, "1", "2"), MetricType.Counter, "x_total"));

    [Fact]
    public void A_wrong_number_of_label_values_is_an_error_that_names_the_family()
    {
        var error = Assert.Throws<ArgumentException>(() => Lines(samples => samples.Add(1, "one")));

        Assert.Contains("x has 2 labels, but got 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_counter_of_zero_is_there() =>
        Assert.Equal(
            ("x_total{a=\"1\",b=\"2\"} 0\n", 0),
            Lines(samples => samples.Add(0, "1", "2"), MetricType.Counter, "x_total"));

    [Fact]
    public void A_histogram_is_told_in_buckets_that_add_up()
    {
        var histogram = Histogram.Empty([0.1, 1.5]).Observe(0.1).Observe(0.5).Observe(7);

        var text = Lines(samples => samples.Add(histogram, "1", "2"), MetricType.Histogram).Text;

        Assert.Equal(
            "x_sum{a=\"1\",b=\"2\"} 7.6\nx_count{a=\"1\",b=\"2\"} 3\n"
            + "x_bucket{a=\"1\",b=\"2\",le=\"0.1\"} 1\nx_bucket{a=\"1\",b=\"2\",le=\"1.5\"} 2\n"
            + "x_bucket{a=\"1\",b=\"2\",le=\"+Inf\"} 3\n",
            text);
    }

    [Fact]
    public void A_histogram_told_twice_costs_the_second_one_whole()
    {
        var (text, dropped) = Lines(samples =>
        {
            samples.Add(Histogram.Empty([1.5]), "", "");
            samples.Add(Histogram.Empty([1.5]).Observe(1), "", "");
        }, MetricType.Histogram);

        Assert.Contains("x_count{a=\"\",b=\"\"} 0\n", text, StringComparison.Ordinal);
        Assert.Equal(1, dropped);
    }

    [Fact]
    public void Numbers_and_histograms_are_not_mixed()
    {
        Assert.Throws<InvalidOperationException>(() => Lines(samples => samples.Add(1, "", ""), MetricType.Histogram));
        Assert.Throws<InvalidOperationException>(() => Lines(samples => samples.Add(Histogram.Empty([1.5]), "", "")));
    }

    [Fact]
    public void The_histograms_of_a_family_have_the_same_bounds() =>
        Assert.Throws<InvalidOperationException>(() => Lines(samples =>
        {
            samples.Add(Histogram.Empty([1.5]), "1", "");
            samples.Add(Histogram.Empty([2.5]), "2", "");
        }, MetricType.Histogram));

    private static (string Text, int Dropped) Lines(
        Action<SampleList> add, MetricType type = MetricType.Gauge, string name = "x",
        TextFormat format = TextFormat.Prometheus)
    {
        ImmutableArray<MetricFamily<string>> families =
            [new(type, name, "Help.", ["a", "b"], (_, samples) => add(samples))];
        var samples = FamilySamples.Of(families, "");
        return (
            string.Concat(samples.Text(format).Samples().Select(line => line + "\n")),
            samples.Sum(family => family.Dropped));
    }
}
