using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Exposition;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collecting;

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

        Golden.Match(Text(page.Bytes(Enum.Parse<TextFormat>(format), gzip: false)), $"page.{ending}");
    }

    [Fact]
    public void A_collector_is_absent_until_its_first_poll_is_over() =>
        Assert.Equal("", Text(Page.Empty.Bytes(TextFormat.Prometheus, gzip: false)));

    [Fact]
    public void A_new_snapshot_replaces_the_one_before()
    {
        var page = Page.Empty.With(Good("words")).With(Bad("words", new("bug", "odd")));

        var text = Text(page.Bytes(TextFormat.Prometheus, gzip: false));
        Assert.DoesNotContain("letters", text, StringComparison.Ordinal);
        Assert.Null(page.Readings.Get<string>());
    }

    [Fact]
    public void Each_form_is_made_once()
    {
        var page = Page.Empty.With(Good("words"));

        foreach (var format in Enum.GetValues<TextFormat>())
        {
            Assert.True(page.Bytes(format, gzip: false).Equals(page.Bytes(format, gzip: false)));
            Assert.True(page.Bytes(format, gzip: true).Equals(page.Bytes(format, gzip: true)));
        }
    }

    [Fact]
    public void The_compressed_form_holds_the_plain_one()
    {
        var page = Page.Empty.With(Good("words"));

        foreach (var format in Enum.GetValues<TextFormat>())
        {
            using var compressed = new MemoryStream(page.Bytes(format, gzip: true).ToArray());
            using var plain = new StreamReader(new GZipStream(compressed, CompressionMode.Decompress));
            Assert.Equal(Text(page.Bytes(format, gzip: false)), plain.ReadToEnd());
        }
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
        Families = FamilyText.Of(Families, "sentinel"),
        Polls = new(Succeeded: 2, Failed: 1, Dropped: 4, LastSuccess: Noon),
    };

    private static Snapshot<string> Bad(string collector, ProbeFailure failure) => new(collector, Noon)
    {
        Failure = failure,
        Took = TimeSpan.FromSeconds(6),
        Every = TimeSpan.FromSeconds(15),
        Polls = new(Succeeded: 0, Failed: 3, Dropped: 0, LastSuccess: null),
    };

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
