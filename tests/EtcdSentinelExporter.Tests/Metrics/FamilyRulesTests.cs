using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

public class FamilyRulesTests
{
    private static readonly Subject<string, string> Whole = new(text => [text], [], _ => []);

    [Theory]
    [InlineData("")]
    [InlineData("_x")]
    [InlineData("9lives")]
    [InlineData("a:b")]
    [InlineData("camelCase")]
    [InlineData("ä")]
    [InlineData("a b")]
    [InlineData("a_total")]
    [InlineData("a_bucket")]
    [InlineData("a_sum")]
    [InlineData("a_count")]
    [InlineData("a_created")]
    public void A_gauge_is_not_called(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => Family(MetricType.Gauge, name));

        Assert.StartsWith($"The family {name} ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job")]
    [InlineData("instance")]
    [InlineData("endpoint")]
    [InlineData("namespace")]
    [InlineData("pod")]
    [InlineData("service")]
    [InlineData("container")]
    [InlineData("node")]
    [InlineData("cluster")]
    [InlineData("le")]
    [InlineData("quantile")]
    [InlineData("__name__")]
    [InlineData("_x")]
    [InlineData("")]
    [InlineData("a-b")]
    [InlineData("etcdEndpoint")]
    public void A_label_is_not_called(string label)
    {
        var error = Assert.Throws<ArgumentException>(() => Family(MetricType.Gauge, "a_gauge", "ok", label));

        Assert.StartsWith("The family a_gauge has a label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_is_not_named_twice() =>
        Assert.Throws<ArgumentException>(() => Family(MetricType.Gauge, "a", "path", "path"));

    [Fact]
    public void Counters_end_in_total()
    {
        Assert.Throws<ArgumentException>(() => Family(MetricType.Counter, "drops"));
        Assert.Throws<ArgumentException>(() => Family(MetricType.Histogram, "drops_total"));
        Assert.Equal("drops", Family(MetricType.Counter, "drops_total").OpenMetricsName);
    }

    [Fact]
    public void What_describes_ends_in_info_and_nothing_else_does()
    {
        Assert.Throws<ArgumentException>(() => Whole.Info("pot", "Help.", [], _ => []));
        Assert.Throws<ArgumentException>(() => Whole.Gauge("pot_info", "Help.", text => text.Length));
        Assert.Throws<ArgumentException>(() => Family(MetricType.Histogram, "pot_info"));
        Assert.Equal("pot_info", Whole.Info("pot_info", "Help.", [], _ => []).Name);
    }

    // prometheus-net escapes nothing in it.
    [Theory]
    [InlineData(" ")]
    [InlineData("Two\nlines.")]
    [InlineData("A \"word\".")]
    [InlineData("C:\\")]
    [InlineData("\0")]
    public void A_help_text_is_one_line_that_needs_no_escapes(string help) =>
        Assert.Throws<ArgumentException>(
            () => new MetricFamily<string>(MetricType.Gauge, "a", help, [], (_, _) => { }));

    [Fact]
    public void A_gauge_beside_a_counter_of_the_same_name_would_be_one_family_in_OpenMetrics()
    {
        MetricFamily[] families = [Family(MetricType.Gauge, "drops"), Family(MetricType.Counter, "drops_total")];

        Assert.Throws<ArgumentException>(() => FamilyRules.CheckDistinct(families));
        FamilyRules.CheckDistinct(families[..1]);
    }

    private static MetricFamily<string> Family(MetricType type, string name, params ImmutableArray<string> labels) =>
        new(type, name, "Help.", labels, (_, _) => { });
}
