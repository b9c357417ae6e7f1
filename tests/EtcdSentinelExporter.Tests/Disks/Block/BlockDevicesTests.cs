using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class BlockDevicesTests : IDisposable
{
    private readonly TempNode _sys = new();

    [Fact]
    public void A_sata_disk_is_told_by_its_vital_product_data()
    {
        Disk("sda", ("queue/rotational", "1\n"), ("stat", "  10 0 0 0  32 0 0 0 0 0 0\n"),
            ("device/wwid", "naa.5000c500a1b2c3d4\n"));
        File.WriteAllBytes(_sys.Real("/block/sda/device/vpd_pg80"), [0, 0x80, 0, 10, .. "  Z1X2Y3 \0"u8]);

        Assert.Equal([new("sda", "Z1X2Y3", "naa.5000c500a1b2c3d4", IsRotational: true, Requests: 42)], List());
    }

    [Fact]
    public void An_nvme_namespace_has_its_controllers_serial()
    {
        Disk("nvme0n1", ("device/serial", "NV-1   \n"), ("wwid", "eui.0025385b01\n"), ("queue/rotational", "0\n"));

        Assert.Equal([new("nvme0n1", "NV-1", "eui.0025385b01", IsRotational: false, Requests: null)], List());
    }

    [Fact]
    public void A_disk_is_behind_the_PCI_function_next_to_it()
    {
        const string Disk = "/devices/pci0000:00/0000:00:1c.0/0000:3b:00.0/host0/target0:2:0/0:2:0:0/block/sda";
        _sys.With($"{Disk}/size", "1").With($"{Disk}/device/type", "0").WithLink("/block/sda", Disk);

        Assert.Equal("0000:3b:00.0", Assert.Single(List()).Controller);
    }

    [Theory]
    [InlineData("DELL", "PERC H730P Mini", true)]
    [InlineData("HP", "LOGICAL VOLUME", true)]
    [InlineData("AVAGO", "MR9361-8i", true)]
    [InlineData("Intel", "Raid 1 Volume", true)]
    [InlineData("ATA", "ST2000NM0008-2F3", false)]
    [InlineData("QEMU", "QEMU HARDDISK", false)]
    [InlineData("VMware", "Virtual disk", false)]
    public void A_volume_of_a_RAID_controller_shows_in_its_name(string vendor, string model, bool isVolume)
    {
        Disk("sda", ("device/vendor", $"{vendor,-8}\n"), ("device/model", $"{model,-16}\n"));

        Assert.Equal(isVolume, Assert.Single(List()).IsVolume);
    }

    [Theory]
    [InlineData("0x01 0x01", 0.0)]
    [InlineData("0x02 0x0a", 0.9)]
    [InlineData("0x0B 0x00", 1.0)]
    [InlineData("0x00 0x00", null)]
    [InlineData("0xff 0x01", null)]
    [InlineData("", null)]
    public void An_eMMC_reports_its_life_in_tenths(string life, double? used)
    {
        Disk("mmcblk0", ("device/life_time", life + "\n"));

        Assert.Equal(used, Assert.Single(List()).LifeUsed);
    }

    [Fact]
    public void A_virtio_disk_has_one_of_its_own()
    {
        Disk("vda", ("serial", "vol-1"), ("device/vendor", "0x1af4\n"));

        Assert.Equal("vol-1", Assert.Single(List()).Serial);
    }

    [Fact]
    public void What_is_built_on_disks_is_no_disk_and_neither_is_a_hidden_path()
    {
        _sys.With("/block/loop0/size", "0").With("/block/dm-0/size", "0").With("/block/md0/size", "0");
        Disk("sr0", ("device/type", "5"));
        Disk("mmcblk0boot0", ("device/type", "MMC"));
        Disk("nvme0c0n1", ("hidden", "1\n"));

        Assert.Empty(List());
    }

    [Fact]
    public void Paths_to_the_same_disk_are_one_disk()
    {
        Disk("sdb", ("device/wwid", "naa.5000c500a1b2c3d4\n"), ("device/serial", "K-1"));
        Disk("sda", ("device/wwid", "naa.5000c500a1b2c3d4\n"), ("device/serial", "K-1"));
        Disk("sdc", ("device/wwid", "t10.USB     DISK\n"));
        Disk("sdd", ("device/wwid", "t10.USB     DISK\n"));

        Assert.Equal([("sda", 2), ("sdc", 1), ("sdd", 1)], List().Select(disk => (disk.Name, disk.Paths)));
    }

    [Fact]
    public void Two_disks_that_share_a_world_wide_name_by_mistake_are_two()
    {
        Disk("sda", ("device/wwid", "naa.5000c500a1b2c3d4\n"), ("device/serial", "K-1"));
        Disk("sdb", ("device/wwid", "naa.5000c500a1b2c3d4\n"), ("device/serial", "K-2"));

        Assert.Equal([("sda", "K-1"), ("sdb", "K-2")], List().Select(disk => (disk.Name, disk.Serial)));
    }

    [Fact]
    public void A_virtio_disk_is_asked_for_its_serial_once()
    {
        Disk("vda", ("serial", "vol-1"), ("diskseq", "3\n"));
        var devices = new BlockDevices(_sys.Files);
        devices.List();
        File.Delete(_sys.Real("/block/vda/serial"));

        Assert.Equal("vol-1", Assert.Single(devices.List()).Serial);
    }

    [Fact]
    public void Another_virtio_disk_under_the_same_name_is_asked_anew()
    {
        Disk("vda", ("serial", "vol-1"), ("diskseq", "3\n"));
        var devices = new BlockDevices(_sys.Files);
        devices.List();
        Disk("vda", ("serial", "vol-2"), ("diskseq", "4\n"));

        var disk = Assert.Single(devices.List());
        Assert.Equal(("vol-2", "4"), (disk.Serial, disk.Sequence));
    }

    [Fact]
    public void A_virtio_disk_that_could_not_be_asked_is_asked_again()
    {
        Disk("vda", ("diskseq", "3\n"));
        var devices = new BlockDevices(_sys.Files);
        devices.List();
        Disk("vda", ("serial", "vol-1"));

        Assert.Equal("vol-1", Assert.Single(devices.List()).Serial);
    }

    [Fact]
    public void A_slot_without_a_medium_is_no_disk_and_a_disk_that_loses_its_size_is_one()
    {
        Disk("sda", ("size", "0\n"), ("diskseq", "1\n"));
        Disk("nvme0n1", ("size", "2048\n"), ("diskseq", "2\n"));
        var devices = new BlockDevices(_sys.Files);
        devices.List();
        Disk("nvme0n1", ("size", "0\n"));

        Assert.Equal("nvme0n1", Assert.Single(devices.List()).Name);
    }

    [Fact]
    public void A_serial_of_any_length_is_cut_to_100_characters()
    {
        Disk("sda", ("serial", new string('x', 3000)));

        Assert.Equal(new string('x', 100), Assert.Single(List()).Serial);
    }

    [Fact]
    public void Without_sysfs_it_says_what_to_set() =>
        Assert.Contains(
            "path.sysfs", Assert.Throws<FileNotFoundException>(() => List()).Message, StringComparison.Ordinal);

    public void Dispose() => _sys.Dispose();

    private IEnumerable<BlockDevice> List() => new BlockDevices(_sys.Files).List();

    private void Disk(string name, params ReadOnlySpan<(string Path, string Text)> attributes)
    {
        _sys.With($"/block/{name}/device/uevent", "");
        foreach (var (path, text) in attributes)
            _sys.With($"/block/{name}/{path}", text);
    }
}
