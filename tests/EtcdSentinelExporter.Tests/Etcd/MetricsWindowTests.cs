using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd;

public sealed class MetricsWindowTests
{
    private static readonly double[] Bounds = [.. Enumerable.Range(0, 14).Select(n => 0.001 * (1 << n))];

    [Fact]
    public async Task What_was_observed_before_the_window_does_not_count()
    {
        var window = await BetweenAsync(Fsyncs(0.003, 4, 4), Fsyncs(0.003, 4, 4, 0.012, 0.012, 0.012, 0.1));

        Assert.Equal(4, window.Fsyncs?.Count);
        Assert.Equal(1.0, window.Fsyncs?.ShareAbove(0.008));
        Assert.Equal(0.25, window.Fsyncs?.ShareAbove(0.016));
        Assert.Equal(0.25, window.Fsyncs?.ShareAbove(0.064));
        Assert.Equal(0.0, window.Fsyncs?.ShareAbove(0.128));
        Assert.Null(window.Fsyncs?.ShareAbove(0.01));
        Assert.False(window.HasRestarted);
    }

    [Theory]
    [InlineData(0.5, 0.002)]
    [InlineData(0.75, 0.003)]
    [InlineData(0.99, 0.00396)]
    public async Task A_quantile_lies_evenly_within_its_bucket(double share, double expected)
    {
        var window = await BetweenAsync(Fsyncs(), Fsyncs(0.0015, 0.0015, 0.0035, 0.0035));

        Assert.Equal(expected, window.Fsyncs!.Quantile(share), 9);
    }

    [Fact]
    public async Task In_the_first_bucket_a_quantile_lies_between_nothing_and_its_bound() =>
        Assert.Equal(0.0005, (await BetweenAsync(Fsyncs(), Fsyncs(0.0001, 0.0002))).Fsyncs!.Quantile(0.5), 9);

    [Fact]
    public async Task Beyond_the_last_bound_a_quantile_is_that_bound() =>
        Assert.Equal(8.192, (await BetweenAsync(Fsyncs(), Fsyncs(20, 30))).Fsyncs!.Quantile(0.99), 9);

    [Fact]
    public async Task While_nothing_was_observed_there_is_nothing() =>
        Assert.Null((await BetweenAsync(Fsyncs(0.5), Fsyncs(0.5))).Fsyncs);

    [Fact]
    public async Task After_a_restart_only_what_was_counted_since_counts()
    {
        var window = await BetweenAsync(
            Start(100) + Fsyncs(0.5), Start(200) + Fsyncs(0.001, 0.001) + "etcd_server_slow_apply_total 3\n");

        Assert.Equal(
            (true, 2.0, 0.0, 3.0),
            (window.HasRestarted, window.Fsyncs!.Count, window.Fsyncs.ShareAbove(0.008), window.SlowApplies));
    }

    [Fact]
    public async Task A_counter_that_fell_means_a_restart_even_without_a_start_time() =>
        Assert.Equal(1, (await BetweenAsync(Fsyncs(0.5, 0.5), Fsyncs(0.001))).Fsyncs!.Count);

    [Fact]
    public async Task Counters_are_what_was_added()
    {
        var window = await BetweenAsync(
            "etcd_server_slow_apply_total 5\netcd_server_heartbeat_send_failures_total 2\n",
            "etcd_server_slow_apply_total 7\netcd_server_heartbeat_send_failures_total 2\n");

        Assert.Equal((2.0, 0.0), (window.SlowApplies, window.HeartbeatFailures));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "etcd_server_slow_apply_total 7\n")]
    [InlineData("etcd_server_slow_apply_total 7\n", "")]
    [InlineData("etcd_server_slow_apply_total NaN\n", "etcd_server_slow_apply_total 7\n")]
    public async Task What_is_not_on_both_pages_is_not_known(string first, string second)
    {
        var window = await BetweenAsync(first, second);

        Assert.True(window is { SlowApplies: null, Fsyncs: null, Commits: null, RoundTrips.IsEmpty: true });
    }

    [Fact]
    public async Task Each_peer_has_its_own_round_trips()
    {
        const string family = "etcd_network_peer_round_trip_time_seconds_bucket";
        var first = $"{family}{{To=\"a\",le=\"0.1\"}} 1\n{family}{{To=\"a\",le=\"+Inf\"}} 1\n{family}{{To=\"b\",le=\"0.1\"}} 1\n{family}{{To=\"b\",le=\"+Inf\"}} 1\n";
        var second = first
            .Replace("{To=\"a\",le=\"0.1\"} 1", "{To=\"a\",le=\"0.1\"} 3", StringComparison.Ordinal)
            .Replace("{To=\"a\",le=\"+Inf\"} 1", "{To=\"a\",le=\"+Inf\"} 3", StringComparison.Ordinal);

        var window = await BetweenAsync(first, second);

        Assert.Equal(("a", 2.0), (Assert.Single(window.RoundTrips).Key, window.RoundTrips["a"].Count));
    }

    [Theory]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"} 5\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"x\"} 5\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket 5\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"} 9\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\n")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.001\"} NaN\netcd_disk_wal_fsync_duration_seconds_bucket{le=\"+Inf\"} 5\n")]
    public async Task What_is_no_histogram_is_not_known(string buckets) =>
        Assert.Null((
            await BetweenAsync("process_start_time_seconds 1\n", "process_start_time_seconds 151\n" + buckets)).Fsyncs);

    [Fact]
    public void The_99th_percentile_is_within_the_bucket_that_holds_it() =>
        Prop.ForAll(Gen.Choose(1, 9_000_000).Select(us => us / 1e6).ListOf().Where(list => list.Count > 0)
            .ToArbitrary(), seconds =>
        {
            var window = BetweenAsync(Fsyncs(), Fsyncs([.. seconds])).GetAwaiter().GetResult();
            var exact = seconds.Order().ElementAt((int)Math.Ceiling(0.99 * seconds.Count) - 1);
            var above = Bounds.Where(bound => bound >= exact).DefaultIfEmpty(Bounds[^1]).First();

            var below = Bounds.Where(bound => bound < exact).DefaultIfEmpty(0).Last();
            Assert.InRange(window.Fsyncs!.Quantile(0.99), below - 1e-9, above + 1e-9);
            Assert.Equal(
                seconds.Count(s => s > 0.016) / (double)seconds.Count, window.Fsyncs.ShareAbove(0.016)!.Value, 9);
        }).Holds();

    [Fact]
    public async Task A_clock_that_is_set_forward_is_no_restart()
    {
        var window = await BetweenAsync(Start(100) + Fsyncs(0.5), Start(105) + Fsyncs(0.5, 0.001));

        Assert.Equal((false, 1.0), (window.HasRestarted, window.Fsyncs!.Count));
    }

    [Fact]
    public async Task The_reader_looks_twice_and_measures_the_time_between()
    {
        var clock = new FakeClock();
        var pages = new Queue<string>(["etcd_server_slow_apply_total 1\n", "etcd_server_slow_apply_total 4\n"]);
        var reader = new WindowReader(_ => PageAsync(pages.Dequeue()), clock);

        var reading = reader.ReadAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        await clock.TimerAsync(clock.GetUtcNow() + TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));
        var window = await reading;

        Assert.Equal((TimeSpan.FromSeconds(5), 3.0), (window.Length, window.SlowApplies));
    }

    [Theory]
    [InlineData("etcd-3.4.txt")]
    [InlineData("etcd-3.5.16.txt")]
    [InlineData("etcd-3.5.30.txt")]
    [InlineData("etcd-3.6.txt")]
    [InlineData("etcd-3.7.txt")]
    public async Task Every_version_has_what_a_window_is_made_of(string file)
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics", file));

        var window = await BetweenAsync("process_start_time_seconds 1\n", page);

        Assert.True(window is
        {
            HasRestarted: true, Fsyncs.Count: > 0, Commits.Count: > 0, SlowApplies: >= 0,
            HeartbeatFailures: >= 0
        });
        Assert.All([0.008, 0.016, 0.064, 0.128], bound => Assert.NotNull(window.Commits.ShareAbove(bound)));
    }

    private static string Start(int at) =>
        string.Create(CultureInfo.InvariantCulture, $"process_start_time_seconds {at}\n");

    private static string Fsyncs(params double[] seconds)
    {
        var page = new StringBuilder();
        foreach (var bound in Bounds)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"etcd_disk_wal_fsync_duration_seconds_bucket{{le=\"{bound}\"}} {seconds.Count(s => s <= bound)}\n");
        }

        return page.Append(
            CultureInfo.InvariantCulture,
            $"etcd_disk_wal_fsync_duration_seconds_bucket{{le=\"+Inf\"}} {seconds.Length}\n")
            .Append(CultureInfo.InvariantCulture, $"etcd_disk_wal_fsync_duration_seconds_count {seconds.Length}\n")
                .ToString();
    }

    private static async Task<MetricsWindow> BetweenAsync(string first, string second) =>
        MetricsWindow.Between(
            await PageAsync(first), await PageAsync(second), DateTimeOffset.FromUnixTimeSeconds(150),
            TimeSpan.FromSeconds(5));

    private static async Task<MetricsPage> PageAsync(string page)
    {
        await using var stream = new MemoryStream(Encoding.UTF8.GetBytes(page));
        return await MetricsPageReader.ReadAsync(stream, MetricsWindow.Families, CancellationToken.None);
    }
}
