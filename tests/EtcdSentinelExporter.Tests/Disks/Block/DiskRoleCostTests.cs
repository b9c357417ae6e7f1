using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

/// <summary>What it costs to find the disks; docs/performance.md says how to print it.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class DiskRoleCostTests(ITestOutputHelper output)
{
    private const int Looks = 10;

    [Theory]
    [InlineData(30, 1)]
    [InlineData(10_000, 200)]
    public async Task Many_mounts_and_disks_stay_within_the_budget(int mounts, int disks)
    {
        using var node = new TempNode().With("/var/lib/etcd/member/wal/0.wal", "").With("/var/log/syslog", "")
            .With("/var/lib/longhorn/disk.cfg", "").With("/var/lib/kubelet/config.yaml", "");
        using var proc = new TempNode().With("/self/mountinfo", ManyMounts.Text(node.RootInMounts, mounts));
        using var sys = new FakeSys();
        for (var n = 0; n < disks; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"sd{n}");
            sys.Disk(name, $"8:{n}").Partition(name, name + "p1", $"259:{n}");
        }
        sys.Stacked("dm-0", "253:0", "dm/uuid=LVM-x", "sd0p1");
        var devices = new BlockDevices(sys.Files);
        var finder = new DiskRoleFinder(
            node.Files, sys.Files, new(proc.Files, host: null, node.Root), new("/var/lib/etcd", WalDir: null, []),
            Patience.Limit, TimeProvider.System);
        DiskRoles? roles = null;
        ImmutableArray<BlockDevice> listed = [];

        await MeasureAsync($"list of {disks} disks", () => Task.FromResult(listed = devices.List()));
        var allocated = await MeasureAsync(
            $"roles among {mounts} mounts", async () =>
                roles = await finder.ReadAsync(
                    roles, new([], LookedAt: [], Problems: []), listed, CancellationToken.None));

        Assert.Equal(disks, listed.Length);
        Assert.Equal(["sd0"], roles!.EtcdDisks);
        Assert.All(roles.Places, place => Assert.True(place.IsResolved));
        Assert.InRange(allocated, 0, 64L << 20);
    }

    // A leak of mounts stacks them on one point, and Linux allows 100,000. Searching all for the next took 6 s for three
    // paths and 30,000 mounts, and grew with the square.
    [Fact]
    public void A_hundred_thousand_mounts_on_one_point_are_walked_once()
    {
        MountTable mounts = new(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, 100_000).Select(id =>
            string.Create(CultureInfo.InvariantCulture, $"{id} {id - 1} 8:{id} / / rw - ext4 /dev/sda rw\n")))));

        var watch = Stopwatch.StartNew();
        var covering = mounts.Covering(["/var/lib/etcd"]);

        Assert.Equal("8:100000", Assert.Single(covering)!.Device);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private async Task<long> MeasureAsync<T>(string what, Func<Task<T>> look)
    {
        await look();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var times = new List<double>();
        for (var one = 0; one < Looks; one++)
        {
            var watch = Stopwatch.StartNew();
            await look();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / Looks;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"measured: {what}: {times.Order().ElementAt(Looks / 2):0.0} ms, {allocated / 1024} KiB"));
        return allocated;
    }
}
