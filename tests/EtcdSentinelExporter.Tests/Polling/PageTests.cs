using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public class PageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableArray<MetricFamily<string>> Families =
        [new(MetricType.Gauge, "letters", "Letters.", ["word"], (word, samples) => samples.Add(word.Length, word))];

    [Theory]
    [InlineData("Prometheus", "txt")]
    [InlineData("OpenMetrics", "openmetrics")]
    public void A_page_tells_what_was_seen_and_how_the_polls_went(string format, string ending)
    {
        var page = Page.Empty
            .With(Good("words"))
            .With(Bad("members", new("timeout", "secret words")))
            .With(Good("process") with { IsInternal = true, Families = [] });

        Golden.Match(page.Text.Text(Enum.Parse<TextFormat>(format)), $"page.{ending}");
    }

    [Fact]
    public void A_collector_is_absent_until_its_first_poll_is_over() =>
        Assert.Equal("", Page.Empty.Text.Text());

    [Fact]
    public void A_new_snapshot_replaces_the_one_before()
    {
        var page = Page.Empty.With(Good("words")).With(Bad("words", new("bug", "odd")));

        var text = page.Text.Text();
        Assert.DoesNotContain("letters", text, StringComparison.Ordinal);
        Assert.Null(page.Readings.Get<string>());
    }

    [Fact]
    public void Snapshots_posted_at_once_are_all_kept()
    {
        var store = new SnapshotStore();

        Parallel.For(0, 200, i => store.Post(Good($"words{i}")));

        Assert.Equal(200, store.Current.Snapshots.Count);
    }

    private static Snapshot<string> Good(string collector) => new(collector, Noon)
    {
        Reading = "sentinel",
        Took = TimeSpan.FromMilliseconds(250),
        Every = TimeSpan.FromSeconds(15),
        Subjects = 1,
        Families = FamilySamples.Of(Families, "sentinel"),
        Polls = new(Succeeded: 2, Failed: 1, Dropped: 4, LastSuccess: Noon),
    };

    private static Snapshot<string> Bad(string collector, ProbeFailure failure) => new(collector, Noon)
    {
        Failure = failure,
        Took = TimeSpan.FromSeconds(6),
        Every = TimeSpan.FromSeconds(15),
        Polls = new(Succeeded: 0, Failed: 3, Dropped: 0, LastSuccess: null),
    };
}
