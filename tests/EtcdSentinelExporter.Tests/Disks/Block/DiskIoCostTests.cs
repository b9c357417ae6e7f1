using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

/// <summary>What a look at disks and folders costs; docs/performance.md says how to print it.</summary>
public sealed class DiskIoCostTests(ITestOutputHelper output)
{
    private const int Looks = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void Only_disks_with_a_role_cost_something(int withRole)
    {
        using var node = new TempNode();
        string[] disks =
            [.. Enumerable.Range(0, 200).Select(n => string.Create(CultureInfo.InvariantCulture, $"sd{n}"))];
        node.With("/proc/diskstats", string.Concat(disks.Select(disk =>
            $"   8       0 {disk} 388569 43260 16942322 228086 572197 143670 41198744 98982 0 104940 376605 528593 34 "
            + "67837512 43944 24128 5592\n")));
        foreach (var disk in disks.Take(withRole))
        {
            node.With($"/sys/block/{disk}/queue/write_cache", "write back\n")
                .With($"/sys/block/{disk}/queue/iostats", "1\n");
        }

        var reader = new DiskIoReader(
            new HostFiles(node.Real("/proc"), TimeProvider.System),
            new HostFiles(node.Real("/sys"), TimeProvider.System), TimeProvider.System);
        DiskIoReading? reading = null;

        var allocated = Measure(
            $"200 block devices, {withRole} with a role", () =>
                reading = reader.Read([.. disks.Take(withRole)], reading));

        Assert.Equal(withRole, reading!.Loads.ByDisk.Count);
        Assert.InRange(allocated, 0, (256 << 10) + (withRole * (16 << 10)));
    }

    [Fact]
    public void A_folder_as_full_as_is_ever_counted_stays_within_its_budget()
    {
        using var node = new TempNode();
        node.With("/etcd/member/snap/db", "x").With("/etcd/member/wal/0.wal", "x");
        for (var file = 0; file < FolderUse.MaxEntries - 10; file++)
            node.With(string.Create(CultureInfo.InvariantCulture, $"/etcd/other/{file}"), "");
        var directory = new DataDirectory(new HostPath(node.Root));
        DirectoryUse? use = null;

        var allocated = Measure(
            $"{FolderUse.MaxEntries} files", () => use = directory.Data("/etcd", "/etcd/member/wal"));

        Assert.Equal(DirectoryUse.Ok, use!.State);
        Assert.InRange(allocated, 0, FolderUse.MaxEntries * 512);
    }

    private long Measure(string what, Action look)
    {
        look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var times = new List<double>(Looks);
        for (var one = 0; one < Looks; one++)
        {
            var watch = Stopwatch.StartNew();
            look();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Looks;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {times.Order().ElementAt(Looks / 2):0.0} ms, {allocated / 1024.0:0} KiB"));
        return allocated;
    }
}
