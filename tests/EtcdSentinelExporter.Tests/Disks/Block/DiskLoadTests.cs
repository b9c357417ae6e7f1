using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class DiskLoadTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly DiskCounts Before = Counts(100);

    [Fact]
    public void Every_value_is_the_kernels_own_formula()
    {
        var after = Before with
        {
            Reads = 104,
            ReadMilliseconds = 108,
            Writes = 110,
            WriteMilliseconds = 150,
            BusyMilliseconds = 5100,
            WeightedMilliseconds = 20_100,
            Flushes = 120,
            FlushMilliseconds = 700,
        };

        var load = DiskLoad.Between(Before, after, Window, hasWriteCache: true)!;

        Assert.Equal((0.5, 2.0), (load.UtilisationRatio, load.QueueLength));
        Assert.Equal((0.002, 0.005), (load.ReadAwaitSeconds, load.WriteAwaitSeconds));
        Assert.Equal((2.0, 0.03), (load.FlushesPerSecond, load.FlushLatencySeconds));
    }

    [Fact]
    public void A_disk_without_a_write_cache_is_judged_by_its_writes()
    {
        var after = Before with { Writes = 110, WriteMilliseconds = 150 };

        Assert.Equal(0.005, DiskLoad.Between(Before, after, Window, hasWriteCache: false)!.FlushLatencySeconds);
        Assert.Null(DiskLoad.Between(Before, after, Window, hasWriteCache: true)!.FlushLatencySeconds);
        Assert.Null(DiskLoad.Between(Before, after, Window, hasWriteCache: null)!.FlushLatencySeconds);
    }

    [Fact]
    public void A_quiet_disk_has_a_load_of_zero_and_no_latencies()
    {
        var load = DiskLoad.Between(Before, Before, Window, hasWriteCache: true)!;

        Assert.Equal((0, 0, 0), (load.UtilisationRatio, load.QueueLength, load.FlushesPerSecond));
        Assert.Equal((null, null, null), (load.ReadAwaitSeconds, load.WriteAwaitSeconds, load.FlushLatencySeconds));
    }

    [Theory]
    [InlineData(3, 3, 0, 9_100, true)]
    [InlineData(3, 3, 0, 8_900, false)]
    [InlineData(3, 3, 1, 9_100, false)]
    [InlineData(0, 3, 0, 9_100, false)]
    [InlineData(3, 0, 0, 9_100, false)]
    public void A_disk_is_stalled_while_it_is_busy_and_completes_nothing(
        ulong first, ulong last, ulong flushes, ulong busy, bool isStalled)
    {
        var before = Before with { Now = first };
        var after = Before with
        {
            Now = last,
            Flushes = Before.Flushes + flushes,
            BusyMilliseconds = Before.BusyMilliseconds + busy
        };

        Assert.Equal(isStalled, DiskLoad.Between(before, after, Window, hasWriteCache: true)!.IsStalled);
    }

    [Fact]
    public void Where_flushes_are_not_counted_nothing_is_said_of_them()
    {
        var older = Before with { Flushes = null, FlushMilliseconds = null };

        var load = DiskLoad.Between(older, older with { Writes = 200 }, Window, hasWriteCache: true)!;

        Assert.Equal((null, null), (load.FlushesPerSecond, load.FlushLatencySeconds));
    }

    [Fact]
    public void A_time_that_began_again_at_zero_gives_nothing() => Assert.Null(DiskLoad.Between(
        Before with { WeightedMilliseconds = uint.MaxValue }, Before with { WeightedMilliseconds = 3 }, Window,
        hasWriteCache: true));

    [Fact]
    public void Another_disk_under_the_same_name_gives_nothing() =>
        Assert.Null(DiskLoad.Between(Before, Counts(7), Window, hasWriteCache: true));

    [Fact]
    public void Fewer_requests_under_way_are_no_reset() =>
        Assert.NotNull(DiskLoad.Between(Before, Before with { Now = 0 }, Window, hasWriteCache: true));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void No_time_gives_nothing(int seconds) =>
        Assert.Null(DiskLoad.Between(Before, Before, TimeSpan.FromSeconds(seconds), hasWriteCache: true));

    [Fact]
    public void Nothing_is_ever_negative_or_not_a_number() =>
        Prop.ForAll<ulong[], ulong[], bool?>((before, after, hasWriteCache) =>
        {
            var load = DiskLoad.Between(Counts(before), Counts(after), Window, hasWriteCache);

            double?[] values = load is null ? [] :
            [
                load.UtilisationRatio, load.QueueLength, load.ReadAwaitSeconds, load.WriteAwaitSeconds,
                load.FlushesPerSecond, load.FlushLatencySeconds,
            ];
            Assert.All(values, value => Assert.True(value is null || (value >= 0 && double.IsFinite(value.Value))));
            Assert.True(load is null || load.UtilisationRatio is >= 0 and <= 1);
        }).Holds();

    private static DiskCounts Counts(params ulong[] numbers)
    {
        ulong At(int index) => numbers.Length == 0 ? 0 : numbers[Math.Min(index, numbers.Length - 1)];
        return new()
        {
            Reads = At(0),
            SectorsRead = At(1),
            ReadMilliseconds = At(2),
            Writes = At(3),
            SectorsWritten = At(4),
            WriteMilliseconds = At(5),
            Now = At(6),
            BusyMilliseconds = At(7),
            WeightedMilliseconds = At(8),
            Flushes = At(9),
            FlushMilliseconds = At(10),
        };
    }
}
