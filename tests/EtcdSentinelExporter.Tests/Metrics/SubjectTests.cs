using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

public class SubjectTests
{
    private static readonly Subject<string[], string> Words = new(words => words, ["word"], word => [word]);

    [Fact]
    public void The_unit_follows_from_the_type()
    {
        Assert.Equal("x{word=\"a\"} 1", Only(Words.Gauge("x", "Help.", word => word == "a")));
        Assert.Equal("x{word=\"a\"} 90", Only(Words.Gauge("x", "Help.", _ => TimeSpan.FromMinutes(1.5))));
        Assert.Equal("x{word=\"a\"} 9", Only(Words.Gauge("x", "Help.", _ => DateTimeOffset.UnixEpoch.AddSeconds(9))));
        Assert.Equal("x{word=\"a\"} 9007199254740991", Only(Words.Gauge("x", "Help.", _ => (1L << 53) - 1)));
        Assert.Equal("x{word=\"a\"} 0.5", Only(Words.Gauge("x", "Help.", _ => 0.5)));
        Assert.Equal("x_total{word=\"a\"} 90", Only(Words.Counter("x_total", "Help.", _ => TimeSpan.FromMinutes(1.5))));
    }

    [Fact]
    public void What_is_not_known_is_not_told()
    {
        Assert.Empty(Lines(Words.Gauge("x", "Help.", _ => default(long?))));
        Assert.Empty(Lines(Words.Gauge("x", "Help.", _ => default(bool?))));
        Assert.Empty(Lines(Words.Gauge("x", "Help.", _ => default(TimeSpan?))));
        Assert.Empty(Lines(Words.Gauge("x", "Help.", _ => default(DateTimeOffset?))));
        Assert.Empty(Lines(Words.Counter("x_total", "Help.", _ => default(double?))));
        Assert.Empty(Lines(Words.Histogram("x", "Help.", _ => null)));
        Assert.Empty(Lines(Words.Info("x_info", "Help.", [], _ => null)));
        Assert.Empty(Lines(Words.State("x", "Help.", "state", ["on", "off"], _ => null)));
    }

    [Fact]
    public void A_state_is_one_of_a_list() =>
        Assert.Equal(
            ["x{word=\"a\",state=\"on\"} 0", "x{word=\"a\",state=\"off\"} 1"],
            Lines(Words.State("x", "Help.", "state", ["on", "off"], _ => "off")));

    [Fact]
    public void Parts_carry_the_labels_of_the_whole() =>
        Assert.Equal(
            ["x{word=\"a\",letter=\"p\"} 1", "x{word=\"a\",letter=\"q\"} 1"],
            Lines(Words.Each(_ => "pq", ["letter"], letter => [$"{letter}"])
                .Gauge("x", "Help.", pair => pair.Of.Length)));

    [Fact]
    public void A_description_adds_its_labels() =>
        Assert.Equal(
            "x_info{word=\"a\",length=\"1\"} 1",
            Only(Words.Info("x_info", "Help.", ["length"], word => [$"{word.Length}"])));

    private static string Only(MetricFamily<string[]> family) => Assert.Single(Lines(family));

    private static string[] Lines(MetricFamily<string[]> family) =>
        [.. ImmutableArray.Create(family).Text(["a"]).Split('\n').Where(line => line is not ("" or ['#', ..]))];
}
