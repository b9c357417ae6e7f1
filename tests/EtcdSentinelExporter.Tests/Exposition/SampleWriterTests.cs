using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Exposition;
using Xunit;

namespace EtcdSentinelExporter.Tests.Exposition;

public class SampleWriterTests
{
    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1.7300000000000002, "1.7300000000000002")]
    [InlineData(1e21, "1E+21")]
    [InlineData(2147483648, "2147483648")]
    [InlineData(-5, "-5")]
    public void Values_are_written_as_Prometheus_reads_them(double value, string written) =>
        Assert.Equal($"x{{a=\"1\",b=\"2\"}} {written}\n", Lines(samples => samples.Add(value, "1", "2")).Text);

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
        Assert.Equal("x{a=\"<\uFFFD>\"} 1\n", Lines(samples => samples.Add(1, $"<{(char)0xD800}>", "")).Text);

    [Fact]
    public void A_label_without_a_value_is_no_label()
    {
        Assert.Equal("x{b=\"2\"} 1\n", Lines(samples => samples.Add(1, "", "2")).Text);
        Assert.Equal("x 1\n", Lines(samples => samples.Add(1, "", "")).Text);
    }

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
    public void A_histogram_is_told_in_buckets_that_add_up()
    {
        var histogram = Histogram.Empty([0.1, 1]).Observe(0.1).Observe(0.5).Observe(7);

        var text = Lines(samples => samples.Add(histogram, "1", ""), MetricType.Histogram).Text;

        Assert.Equal(
            "x_bucket{a=\"1\",le=\"0.1\"} 1\nx_bucket{a=\"1\",le=\"1.0\"} 2\nx_bucket{a=\"1\",le=\"+Inf\"} 3\n"
            + "x_sum{a=\"1\"} 7.6\nx_count{a=\"1\"} 3\n",
            text);
    }

    [Fact]
    public void A_histogram_told_twice_costs_the_second_one_whole()
    {
        var (text, dropped) = Lines(samples =>
        {
            samples.Add(Histogram.Empty([1]), "", "");
            samples.Add(Histogram.Empty([2]), "", "");
        }, MetricType.Histogram);

        Assert.Equal("x_bucket{le=\"1.0\"} 0\nx_bucket{le=\"+Inf\"} 0\nx_sum 0\nx_count 0\n", text);
        Assert.Equal(1, dropped);
    }

    [Fact]
    public void Numbers_and_histograms_are_not_mixed()
    {
        Assert.Throws<InvalidOperationException>(() => Lines(samples => samples.Add(1, "", ""), MetricType.Histogram));
        Assert.Throws<InvalidOperationException>(() => Lines(samples => samples.Add(Histogram.Empty([1]), "", "")));
    }

    private static (string Text, int Dropped) Lines(
        Action<SampleWriter> add, MetricType type = MetricType.Gauge, string name = "x")
    {
        ImmutableArray<MetricFamily<string>> families =
            [new(type, name, "Help.", ["a", "b"], (_, samples) => add(samples))];
        var texts = FamilyText.Of(families, "");
        var lines = texts.Select(text => Encoding.UTF8.GetString(text.Samples.Span));
        return (string.Concat(lines), texts.Sum(text => text.Dropped));
    }
}
