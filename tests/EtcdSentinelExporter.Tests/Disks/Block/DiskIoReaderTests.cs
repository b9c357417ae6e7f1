using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class DiskIoReaderTests : IDisposable
{
    private static readonly ImmutableHashSet<string> Disks = ["sda", "sdb"];

    private readonly TempNode _node = new();
    private readonly FakeClock _clock = new();

    [Fact]
    public void The_first_reading_has_counters_and_no_load()
    {
        Write(("sda", 1000));

        var disk = Read(previous: null).ByDisk["sda"];

        Assert.Equal((1000ul, true, null), (disk.Counts.Flushes, disk.HasWriteCache, disk.Load));
    }

    [Fact]
    public void The_second_has_the_load_between_the_two()
    {
        Write(("sda", 1000));
        var before = Read(previous: null);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Write(("sda", 1300));

        var after = Read(before);

        Assert.Equal(20, after.ByDisk["sda"].Load!.FlushesPerSecond);
        Assert.Equal(0.001, after.Loads.ByDisk["sda"].FlushLatencySeconds);
    }

    [Fact]
    public void A_disk_that_vanishes_leaves_and_does_not_hide_another()
    {
        Write(("sda", 1), ("sdb", 1));
        var before = Read(previous: null);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Write(("sdb", 2));

        var after = Read(before);

        Assert.Equal(["sdb"], after.ByDisk.Keys);
        Assert.Equal(["sdb"], after.Loads.ByDisk.Keys);
    }

    [Fact]
    public void A_disk_that_comes_back_has_no_load_at_first()
    {
        Write();
        var before = Read(previous: null);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Write(("sda", 2));

        Assert.Null(Read(before).ByDisk["sda"].Load);
    }

    [Fact]
    public void Counters_that_are_switched_off_give_no_load()
    {
        Write(("sda", 1));
        _node.With("/sys/block/sda/queue/iostats", "0\n");
        var before = Read(previous: null);
        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Null(Read(before).ByDisk["sda"].Load);
    }

    [Fact]
    public void Without_sysfs_the_counters_stay_and_the_write_cache_is_not_known()
    {
        Write(("sda", 1));
        Directory.Delete(_node.Real("/sys"), recursive: true);

        var reading = Read(previous: null);

        Assert.Null(reading.Problem);
        Assert.Equal((1ul, null), (reading.ByDisk["sda"].Counts.Flushes, reading.ByDisk["sda"].HasWriteCache));
    }

    [Fact]
    public void Without_the_kernels_counters_it_says_why()
    {
        var reading = Read(previous: null);

        Assert.Empty(reading.ByDisk);
        Assert.Contains("/diskstats does not exist", reading.Problem, StringComparison.Ordinal);
    }

    public void Dispose() => _node.Dispose();

    private DiskIoReading Read(DiskIoReading? previous) => new DiskIoReader(
        new HostFiles(_node.Real("/proc"), _clock), new HostFiles(_node.Real("/sys"), _clock), _clock)
            .Read(Disks, previous);

    private void Write(params (string Name, int Count)[] disks)
    {
        _node.With("/proc/diskstats", string.Concat(disks.Select(disk => string.Create(
            CultureInfo.InvariantCulture,
            $"8 0 {disk.Name} 1 1 1 1 1 1 1 1 0 1 1 0 0 0 0 {disk.Count} {disk.Count}\n"))));
        foreach (var (name, _) in disks)
        {
            _node.With($"/sys/block/{name}/queue/write_cache", "write back\n")
                .With($"/sys/block/{name}/queue/iostats", "1\n");
        }
    }
}
