using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class DiskRoleFinderTests : IDisposable
{
    private readonly TempNode _node = new();
    private readonly TempNode _proc = new();
    private readonly FakeSys _sys = new();
    private readonly BlockDevices _devices;
    private readonly List<string> _mounts = [];
    private ConfiguredRoles _given = new(DataDir: null, WalDir: null, []);
    private EtcdDiscovered _etcd = new([Installed("/var/lib/etcd", "/var/lib/etcd/member/wal")], [], Problems: []);
    private DiskRoles? _last;

    public DiskRoleFinderTests()
    {
        _devices = new(_sys.Files);
        _sys.Disk("sda", "8:0").Partition("sda", "sda2", "8:2").Disk("sdb", "8:16", "S-2");
        _node.With("/var/lib/etcd/member/wal/0.wal", "");
        Mounted("8:2", "/");
    }

    [Fact]
    public async Task Etcds_folders_come_first_and_what_is_not_there_does_not_come()
    {
        Directory.CreateDirectory(_node.Real("/var/lib/kubelet"));

        Assert.Equal(
            ["etcd_data /var/lib/etcd sda", "etcd_wal /var/lib/etcd/member/wal sda", "root / sda",
                "kubelet /var/lib/kubelet sda"],
            await FoundAsync());
    }

    [Fact]
    public async Task Without_etcd_there_is_no_folder_of_etcds()
    {
        _etcd = new([], [], Problems: []);

        Assert.Equal(["root / sda"], await FoundAsync());
    }

    [Fact]
    public async Task Settings_beat_what_was_discovered_and_the_log_follows_the_data()
    {
        _node.With("/data/member/wal/0.wal", "");
        _given = _given with { DataDir = "/data/" };

        Assert.Equal(["etcd_data /data sda", "etcd_wal /data/member/wal sda"], (await FoundAsync())[..2]);
    }

    [Fact]
    public async Task A_log_on_a_disk_of_its_own_is_told_also_behind_a_link()
    {
        Directory.Delete(_node.Real("/var/lib/etcd/member/wal"), recursive: true);
        _node.With("/fast/wal/0.wal", "").WithLink("/var/lib/etcd/member/wal", "/fast/wal");
        Mounted("8:16", "/fast");

        Assert.Equal("etcd_wal /var/lib/etcd/member/wal sdb", (await FoundAsync())[1]);
    }

    [Fact]
    public async Task A_storage_system_is_found_by_its_folder_and_by_its_mounts()
    {
        _node.With("/var/lib/longhorn/longhorn-disk.cfg", "");
        Directory.CreateDirectory(_node.Real("/mnt/openebs-1"));
        Mounted("8:16", "/mnt/openebs-1");
        Mounted("8:16", "/var/lib/k0s/kubelet/plugins/kubernetes.io/csi/driver.longhorn.io/2/globalmount");
        Mounted("8:16", "/var/lib/kubelet/plugins/kubernetes.io/csi/driver.longhorn.io/1/globalmount");

        Assert.Equal(
            ["storage_system longhorn /var/lib/longhorn sda", "storage_system openebs /mnt/openebs-1 sdb"],
            (await FoundAsync())[3..]);
        Assert.Equal(["sda", "sdb"], _last!.Disks.Select(disk => disk.Device));
        Assert.Equal(["sda"], _last.EtcdDisks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_folder_of_the_runtime_is_told_by_the_layers_in_the_nodes_own_mounts(bool host)
    {
        _mounts.Add("90 27 0:50 / /run/containerd/1/rootfs rw - overlay overlay rw,lowerdir=1/fs:2/fs,upperdir=/var/lib/containerd/o/3/fs\n");
        _mounts.Add("91 27 8:2 /var/lib/docker/x /data/var/lib/docker/x rw - ext4 /dev/x rw\n");
        _proc.With("/self/mountinfo", string.Concat(_mounts)).With("/1/mountinfo", string.Concat(_mounts));

        var roles = (await FoundAsync(host: host))
            .Where(role => role.StartsWith("containers", StringComparison.Ordinal));

        // A container's own root is an overlay of its runtime too, and says nothing of what this process may look at.
        Assert.Equal(host ? ["containers /var/lib/containerd sda"] : [], roles);
    }

    [Fact]
    public async Task A_storage_system_on_a_mount_that_only_the_node_sees_is_told()
    {
        _proc.With("/1/mountinfo", """
            27 1 8:2 / / rw - ext4 /dev/sda2 rw
            28 27 8:16 / /var/lib/longhorn rw - ext4 /dev/sdb rw
            29 27 8:0 / /mnt/openebs-2 rw - ext4 /dev/sda rw

            """);

        Assert.Equal(
            ["storage_system longhorn /var/lib/longhorn sdb", "storage_system openebs /mnt/openebs-2 sda"],
            (await FoundAsync(host: true))[3..]);
    }

    [Fact]
    public async Task An_empty_folder_of_a_storage_system_carries_nothing_and_says_nothing()
    {
        Directory.CreateDirectory(_node.Real("/var/lib/longhorn"));

        Assert.Equal(3, (await FoundAsync()).Length);
    }

    [Fact]
    public async Task While_the_disks_cannot_be_listed_paths_are_on_those_they_were_on()
    {
        await FoundAsync();

        Assert.Equal("etcd_data /var/lib/etcd sda", (await FoundAsync(withDisks: false))[0]);
        Assert.Equal(["sda"], _last!.EtcdDisks);
    }

    [Fact]
    public async Task A_path_that_a_setting_names_is_missed()
    {
        _given = _given with { More = [("backup", "/backup")] };

        Assert.Equal("other backup /backup missing", (await FoundAsync())[^1]);
    }

    [Fact]
    public async Task Without_disks_or_mounts_nothing_is_guessed()
    {
        Assert.Equal("etcd_data /var/lib/etcd unreadable", (await FoundAsync(withDisks: false))[0]);
        File.Delete(_proc.Real("/self/mountinfo"));
        Assert.Equal("etcd_data /var/lib/etcd unreadable", (await FoundAsync())[0]);
    }

    [Fact]
    public async Task A_disk_that_no_longer_tells_its_serial_keeps_it()
    {
        await FoundAsync();
        _sys.With(_sys.Folder("sda").Replace("/block/sda", "/serial", StringComparison.Ordinal), "");
        await FoundAsync();

        Assert.Equal("S-1", _last!.Disks.First().Serial);
    }

    [Theory]
    [InlineData("7\n", "7\n", "S-1")]
    [InlineData("7\n", "8\n", "")]
    [InlineData("", "8\n", "S-1")]
    public async Task A_disk_without_a_serial_inherits_none_from_another(string before, string after, string serial)
    {
        var disk = _sys.Folder("sda").Replace("/block/sda", "", StringComparison.Ordinal);
        _sys.With(disk + "/block/sda/diskseq", before);
        await FoundAsync();
        _sys.With(disk + "/serial", "").With(disk + "/block/sda/diskseq", after);
        await FoundAsync();

        Assert.Equal(serial, _last!.Disks.First().Serial);
    }

    [Fact]
    public async Task A_disk_that_vanishes_between_two_reads_is_said_to_have_vanished()
    {
        await FoundAsync();
        Directory.Delete(RealSys(), recursive: true);

        Assert.Equal("etcd_data /var/lib/etcd vanished", (await FoundAsync())[0]);
    }

    [Fact]
    public async Task A_loop_of_links_is_unreadable()
    {
        _node.WithLink("/a", "/b").WithLink("/b", "/a");
        _given = _given with { More = [("loop", "/a/x")] };

        Assert.Equal("other loop /a/x unreadable", (await FoundAsync())[^1]);
    }

    [Fact]
    public async Task While_the_layers_below_cannot_be_told_a_path_is_where_it_was_until_something_else_is_mounted()
    {
        await FoundAsync();
        Directory.Delete($"{_sys.Root}/dev/block", recursive: true);
        Assert.Equal("etcd_data /var/lib/etcd sda", (await FoundAsync())[0]);

        Mounted("8:16", "/var");

        Assert.Equal("etcd_data /var/lib/etcd unreadable", (await FoundAsync())[0]);
    }

    [Fact]
    public async Task The_nodes_own_list_of_mounts_is_read_where_it_is_visible_and_ours_where_it_may_not_be()
    {
        Mounted("8:16", $"{_node.RootInMounts}/var");
        _proc.With("/1/mountinfo", "27 1 8:0 / / rw - ext4 /dev/sda rw\n");

        Assert.Equal("etcd_data /var/lib/etcd sda", (await FoundAsync(host: true))[0]);
        File.Delete(_proc.Real("/1/mountinfo"));
        Assert.Equal("etcd_data /var/lib/etcd sdb", (await FoundAsync(host: true))[0]);
    }

    [Fact]
    public async Task Under_a_prefix_mount_points_are_the_nodes()
    {
        _mounts.Clear();
        Mounted("8:2", _node.RootInMounts);
        Mounted("8:16", $"{_node.RootInMounts}/var");
        await FoundAsync(host: true);

        Assert.Equal(["/var", "/var", "/"], _last!.Places.Select(place => place.Mount!.Point));
    }

    public void Dispose()
    {
        _node.Dispose();
        _proc.Dispose();
        _sys.Dispose();
    }

    private string RealSys() => $"{_sys.Root}{_sys.Folder("sda")}";

    private void Mounted(string device, string point)
    {
        _mounts.Add($"{_mounts.Count + 27} {(_mounts.Count == 0 ? 1 : 27)} {device} / {point} rw - ext4 /dev/x rw\n");
        _proc.With("/self/mountinfo", string.Concat(_mounts));
    }

    /// <param name="host">Whether the node's root is seen under a prefix.</param>
    private async Task<string[]> FoundAsync(bool withDisks = true, bool host = false)
    {
        var mounts = new NodeMounts(_proc.Files, host ? _proc.Files : null, host ? _node.Root : "/");
        var finder = new DiskRoleFinder(_node.Files, _sys.Files, mounts, _given, Patience.Limit, TimeProvider.System);
        _last = await finder.ReadAsync(_last, _etcd, withDisks ? _devices.List() : null, CancellationToken.None);
        return [.. _last.Places.Select(place => string.Join(' ',
            new[] { place.Of.Role, place.Of.Owner, place.Of.Path }.Concat(place.Disks.Select(disk => disk.Device))
                .Concat(place.Reasons)
                .Where(word => word.Length > 0)))];
    }

    private static EtcdInstallation Installed(string data, string wal) => new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        DataDir = data,
        WalDir = wal,
        QuotaIsKnown = true,
        ClientCertAuth = true,
    };
}
