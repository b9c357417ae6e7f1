using System.Collections.Immutable;
using System.Diagnostics;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A real disk that is really flushed.</summary>
public sealed class FlushLoadTests
{
    private const ulong Fsyncs = 200;

    [Fact]
    public async Task Real_fsyncs_make_the_flush_latency_move()
    {
        Skip.If(Machine.FileSystem("ext4"));
        await using var disk = await LoopDisk.CreateAsync();
        disk.Fsync(1);
        var reader = new DiskIoReader(Files("/proc"), Files("/sys"), TimeProvider.System);
        ImmutableHashSet<string> disks = [disk.Name];

        var first = reader.Read(disks, previous: null);
        var quiet = reader.Read(disks, first);
        var watch = Stopwatch.StartNew();
        disk.Fsync((int)Fsyncs);
        var elapsed = watch.Elapsed;
        var busy = reader.Read(disks, quiet);

        var before = quiet.ByDisk[disk.Name];
        var after = busy.ByDisk[disk.Name];
        Assert.True(after.HasWriteCache);
        Assert.Null(before.Load!.FlushLatencySeconds);
        Assert.InRange(after.Counts.Flushes!.Value - before.Counts.Flushes!.Value, Fsyncs, 10 * Fsyncs);
        Assert.True(after.Load!.FlushesPerSecond > before.Load.FlushesPerSecond);
        Assert.True(after.Load.WriteAwaitSeconds > 0);
        Assert.InRange(after.Load.UtilisationRatio!.Value, 0.01, 1);
        // One after the other: together they cannot take longer than all of it.
        var flushing = after.Load.FlushLatencySeconds!.Value * (
            after.Counts.Flushes!.Value - before.Counts.Flushes!.Value);
        Assert.InRange(flushing, 0.001, elapsed.TotalSeconds + 0.01);
    }

    private static HostFiles Files(string root) => new(root, TimeProvider.System);
}
