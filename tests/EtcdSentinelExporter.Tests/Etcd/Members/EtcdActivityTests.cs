using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class EtcdActivityTests
{
    private static readonly DateTimeOffset Noon = SomeMembers.Noon;

    [Fact]
    public void The_quantile_is_interpolated_as_Prometheus_does()
    {
        var quantile = Counts(50, 90, 100).Quantile(0.99)!;

        // histogram_quantile(0.99) of 50, 40 and 10 observations below 8, 16 and 32 ms.
        Assert.Equal((0.0304, 0.016, 0.032, 10), (
            Math.Round(quantile.Seconds, 6), quantile.LowerBound, quantile.UpperBound, quantile.AtLeast));
        Assert.Null(Counts(0, 0, 0).Quantile(0.99));
    }

    [Fact]
    public void Two_slow_writes_of_few_are_no_finding()
    {
        var few = Activity(Counts(0, 0, 0), Counts(20, 20, 22));
        var more = Activity(Counts(0, 0, 0), Counts(20, 20, 23));

        Assert.Equal(0.008, few.Fsync!.UpperBound);
        Assert.Equal(0.032, more.Fsync!.UpperBound);
    }

    [Fact]
    public void A_restart_of_etcd_begins_anew() => Assert.Equal(
        [Noon],
        EtcdActivity.Append(
            [At(Noon.AddSeconds(-15), 5, started: 1)], At(Noon, 1, started: 2), Noon).Select(one => one.At));

    [Fact]
    public void Counters_older_than_the_window_go_and_a_page_that_fails_keeps_the_rest() => Assert.Equal(
        [Noon.AddMinutes(-4)],
        EtcdActivity.Append(
            [At(Noon.AddMinutes(-6), 1), At(Noon.AddMinutes(-4), 2)], now: null, Noon).Select(one => one.At));

    [Fact]
    public void Counts_that_decrease_are_unknown() => Assert.Null(Counts(5, 5, 5).Since(Counts(6, 6, 6)));

    private static EtcdActivity Activity(LatencyCounts before, LatencyCounts after) => EtcdActivity.Of(
        [At(Noon.AddSeconds(-10), 0) with { Fsyncs = before }, At(Noon, 0) with { Fsyncs = after }])!;

    private static EtcdCounters At(DateTimeOffset at, double late, double started = 1) => new(
        at, started, Fsyncs: null, Commits: null, late, LeaderChanges: 0, DbBytes: 0);

    private static LatencyCounts Counts(params ImmutableArray<double> cumulative) => new(
    [
        (0.008, cumulative[0]), (0.016, cumulative[1]), (0.032, cumulative[2]), (double.PositiveInfinity, cumulative[2]),
    ]);
}
