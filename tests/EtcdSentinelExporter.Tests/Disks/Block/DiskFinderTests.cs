using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

/// <summary>Layouts that the kernel of a build machine may lack.</summary>
public sealed class DiskFinderTests : IDisposable
{
    private readonly FakeSys _sys = new();
    private readonly TempNode _node = new();

    [Fact]
    public void A_file_system_on_the_whole_disk_has_no_layers()
    {
        _sys.Disk("sda", "8:0");

        Assert.Equal("sda", Found("8:0"));
    }

    [Fact]
    public void A_partition_is_of_its_disk()
    {
        _sys.Disk("sda", "8:0").Partition("sda", "sda2", "8:2");

        Assert.Equal("sda partition", Found("8:2"));
    }

    [Fact]
    public void Lvm_on_dm_crypt_on_md_on_partitions_is_on_both_disks()
    {
        _sys.Disk("sda", "8:0").Partition("sda", "sda2", "8:2")
            .Disk("sdb", "8:16", "S-2").Partition("sdb", "sdb2", "8:18")
            .Stacked("md0", "9:0", "md/level=raid1", "sda2", "sdb2")
            .Stacked("dm-0", "253:0", "dm/uuid=CRYPT-LUKS2-0123-luks", "md0")
            .Stacked("dm-1", "253:1", "dm/uuid=LVM-abcdef", "dm-0");

        Assert.Equal("sda lvm.crypt.md.partition, sdb lvm.crypt.md.partition", Found("253:1"));
    }

    [Fact]
    public void Paths_of_multipath_are_one_disk()
    {
        _sys.Disk("sda", "8:0", "S-1", "naa.5000c500a1b2c3d4").Disk("sdb", "8:16", "S-1", "naa.5000c500a1b2c3d4")
            .Stacked("dm-0", "253:0", "dm/uuid=mpath-35000c500a1b2c3d4", "sda", "sdb")
            .Stacked("dm-1", "253:1", "dm/uuid=part2-mpath-35000c500a1b2c3d4", "dm-0");

        Assert.Equal("sda partition.multipath", Found("253:1"));
    }

    [Fact]
    public void The_head_of_nvme_multipath_is_the_disk_and_its_hidden_paths_are_not()
    {
        _sys.Disk("nvme0n1", "259:0", "NV-1").Partition("nvme0n1", "nvme0n1p1", "259:1")
            .Disk("nvme0c1n1", "259:2", "NV-1");
        _sys.With($"{_sys.Folder("nvme0c1n1")}/hidden", "1\n");

        Assert.Equal("nvme0n1 partition", Found("259:1"));
        Assert.Equal("nvme0n1", Found("259:2"));
    }

    [Fact]
    public void A_cache_in_front_of_a_disk_is_shown_with_both()
    {
        _sys.Disk("sda", "8:0").Disk("nvme0n1", "259:0", "NV-1")
            .Stacked("bcache0", "252:0", "bcache/state=clean", "sda", "nvme0n1");

        Assert.Equal("nvme0n1 bcache, sda bcache", Found("252:0"));
    }

    [Theory]
    [InlineData("/dev/sda", "sda btrfs, sdb btrfs.partition")]
    [InlineData("/dev/sdb1", "sda btrfs, sdb btrfs.partition")]
    [InlineData("/dev/mapper/vg-data", "sdc lvm")]
    [InlineData("/dev/disk/by-label/data", "sdc lvm")]
    [InlineData("/dev/sdz", "unknown")]
    public void Btrfs_is_on_all_its_members(string source, string expected)
    {
        _sys.Disk("sda", "8:0").Disk("sdb", "8:16", "S-2").Partition("sdb", "sdb1", "8:17").Disk("sdc", "8:32", "S-3")
            .Stacked("dm-0", "253:0", "dm/uuid=LVM-x", "sdc").With("/devices/virtual/block/dm-0/dm/name", "vg-data\n")
            .Btrfs("one", "sda", "sdb1").Btrfs("two", "dm-0");
        _node.With("/dev/dm-0", "").WithLink("/dev/disk/by-label/data", "../../dm-0");

        Assert.Equal(expected, Found("0:39", "btrfs", source));
    }

    [Fact]
    public void A_btrfs_that_misses_a_member_is_not_wholly_known()
    {
        _sys.Disk("sda", "8:0").Btrfs("one", "sda").With("/fs/btrfs/one/devinfo/2/missing", "1\n");

        Assert.Equal("sda, vanished", Found("0:39", "btrfs", "/dev/root"));
    }

    [Theory]
    [InlineData("overlay", "overlay")]
    [InlineData("tmpfs", "tmpfs")]
    [InlineData("nfs4", "network")]
    [InlineData("fuse.sshfs", "network")]
    [InlineData("fuse.mergerfs", "fuse")]
    [InlineData("zfs", "zfs")]
    [InlineData("virtiofs", "virtual")]
    [InlineData("bcachefs", "unknown")]
    public void A_file_system_without_a_block_device_says_which_kind_it_is(string type, string reason) =>
        Assert.Equal(reason, Found("0:50", type, "anything"));

    [Theory]
    [InlineData("zram0", "virtual")]
    [InlineData("ram0", "virtual")]
    [InlineData("nbd0", "network")]
    [InlineData("zd0", "zfs")]
    [InlineData("loop0", "loop")]
    public void A_device_without_a_disk_below_says_what_it_is(string name, string reason)
    {
        _sys.Stacked(name, "250:0", "");

        Assert.Equal(reason, Found("250:0"));
    }

    [Theory]
    [InlineData("/images/disk.img", "sda loop.partition")]
    [InlineData("/images/gone.img", "loop")]
    [InlineData("/images/disk.img (deleted)", "loop")]
    [InlineData("disk.img", "loop")]
    [InlineData("/hangs/disk.img", "unreadable")]
    public void A_loop_device_is_on_the_disk_of_its_file(string file, string expected)
    {
        _sys.Disk("sda", "8:0").Partition("sda", "sda1", "8:1").Stacked("loop0", "7:0", $"loop/backing_file={file}");
        _node.With("/images/disk.img", "");

        Assert.Equal(expected, Found("7:0"));
    }

    [Fact]
    public void A_loop_device_on_itself_ends()
    {
        _sys.Stacked("loop0", "7:0", "loop/backing_file=/data/self.img");
        _node.With("/data/self.img", "");

        Assert.Equal("loop", Found("7:0"));
    }

    [Fact]
    public void Slaves_in_a_circle_end()
    {
        _sys.Stacked("dm-0", "253:0", "dm/uuid=LVM-a").Stacked("dm-1", "253:1", "dm/uuid=LVM-b", "dm-0")
            .Slave("dm-0", "dm-1");

        Assert.Equal("circle", Found("253:0"));
    }

    [Fact]
    public void A_disk_that_has_vanished_takes_nothing_away_from_the_other()
    {
        _sys.Disk("sda", "8:0").Stacked("md0", "9:0", "md/level=raid1", "sda", "sdb");

        Assert.Equal("sda md, vanished", Found("9:0"));
        Assert.Equal("vanished", Found("8:99"));
    }

    [Fact]
    public void A_volume_without_disks_below_says_so()
    {
        _sys.Stacked("dm-0", "253:0", "dm/uuid=LVM-a");

        Assert.Equal("vanished", Found("253:0"));
    }

    [Fact]
    public void Without_sysfs_nothing_is_guessed() => Assert.Equal("unreadable", Found("8:0"));

    public void Dispose()
    {
        _sys.Dispose();
        _node.Dispose();
    }

    // The folder stands for a disk that does not answer.
    private bool? IsThere(string file) =>
        file.StartsWith("/hangs/", StringComparison.Ordinal) ? null : _node.Files.Exists(file);

    /// <summary>The disks with their layers, and then the reasons.</summary>
    private string Found(string device, string type = "ext4", string source = "/dev/x")
    {
        var table = new MountTable(Encoding.UTF8.GetBytes(
            $"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 27 {device} / /data rw - {type} {source} rw\n"));
        var disks = _sys.Files.Exists("/block") ? new BlockDevices(_sys.Files).List() : [];
        var finder = new DiskFinder(
            new(table, "", isNodes: false), new(_sys.Files), new(_sys.Files, _node.Files), IsThere, disks);
        var place = finder.Find([new(new(DiskRole.EtcdData, "", "/data"), "/data")]).Single();
        var shown = place.Disks.OrderBy(disk => disk.Device, StringComparer.Ordinal)
            .Select(disk => $"{disk.Device} {disk.Via}".TrimEnd());
        return string.Join(", ", [.. shown, .. place.Reasons]);
    }
}
