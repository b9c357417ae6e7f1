using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

public sealed class DriveAddressTests
{
    [Fact]
    public void A_drive_behind_a_controller_is_a_drive_of_its_own()
    {
        var drive = Assert.Single(DriveList.Of([], [DriveAddress.Parse("/dev/bus/0;megaraid,14")]));

        Assert.Equal(new("bus_0_megaraid_14", "", "/dev/bus/0", "megaraid,14", Disk: null), drive);
    }

    [Fact]
    public void Several_drives_behind_one_disk_do_not_replace_it()
    {
        var drives = DriveList.Of(
            [Disk("sda")], [DriveAddress.Parse("/dev/sda;cciss,0"), DriveAddress.Parse("/dev/sda;cciss,1")]);

        Assert.Equal(["sda", "sda_cciss_0", "sda_cciss_1"], drives.Select(drive => drive.Device));
    }

    [Theory]
    [InlineData("usbasm1352r,")]
    [InlineData("usbjmicron,")]
    [InlineData("usbjmicron,x,")]
    [InlineData("intelliprop,")]
    public void Both_disks_behind_a_bridge_are_drives(string type)
    {
        var drives = DriveList.Of(
            [], [DriveAddress.Parse($"/dev/sdb;{type}0"), DriveAddress.Parse($"/dev/sdb;{type}1")]);

        Assert.Equal([type + "0", type + "1"], drives.Select(drive => drive.Type));
    }

    [Theory]
    [InlineData("usbjmicron")]
    [InlineData("usbjmicron,x")]
    [InlineData("usbjmicron,p")]
    public void A_bridge_for_one_disk_is_a_way_of_asking(string type) =>
        Assert.Equal(
            ("sdb", type), DriveList.Of([Disk("sdb")], [DriveAddress.Parse("/dev/sdb;" + type)]) is [var one]
                ? (one.Device, one.Type)
                : default);

    [Theory]
    [InlineData("/dev/sdb;sat", "/dev/sdb;scsi", "/dev/sdb has several types (sat and scsi)")]
    [InlineData("/dev/sdb;sat", "/dev/sdb;sat", "/dev/sdb has several types (sat and sat)")]
    [InlineData("/dev/sdb;sat", "/dev/sdc;sat", null)]
    [InlineData("/dev/sdb;sat", "/dev/sdb;cciss,1", null)]
    public void One_disk_has_one_type(string first, string second, string? problem)
    {
        var settings = new SettingValues(
            new[] { first, second }.ToLookup(
                _ => DrivesSettings.Devices.Key, text => new RawSetting(DrivesSettings.Devices.Key, text, "a flag")));

        DrivesSettings.Devices.Check(settings);

        Assert.Equal(problem is null, settings.Problems.Count == 0);
        Assert.StartsWith(
            problem is null
                ? ""
                : $"drives.devices: {problem}", settings.Problems.FirstOrDefault(""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridges_type_is_used_for_the_disk_that_it_names()
    {
        var drive = Assert.Single(DriveList.Of([Disk("sdb")], [DriveAddress.Parse("/dev/sdb;sntjmicron")]));

        Assert.Equal(("sdb", "S1", "sntjmicron"), (drive.Device, drive.Serial, drive.Type));
    }

    [Theory]
    [InlineData("/dev/sdb;jmb39x,0")]
    [InlineData("/dev/sdb;sat+jmb39x-q,0")]
    [InlineData("/dev/sdb;jms56x,1")]
    public void Types_that_write_to_the_disk_are_refused(string text) =>
        Assert.Contains("writes to the disk", Assert.Throws<FormatException>(() => DriveAddress.Parse(text)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/dev/sda")]
    [InlineData("sda;sat")]
    [InlineData("/dev/;sat")]
    [InlineData("/dev/../etc/passwd;sat")]
    [InlineData("/dev/sda;sat;sat")]
    [InlineData("/dev/sda;--scan")]
    [InlineData("/dev/sda;sat -t long")]
    public void Anything_else_is_refused_with_an_example(string text) =>
        Assert.Contains(
            "/dev/bus/0;megaraid,14", Assert.Throws<FormatException>(() => DriveAddress.Parse(text)).Message,
            StringComparison.Ordinal);

    private static BlockDevice Disk(string name) => new(name, "S1", "", IsRotational: false, Requests: 1);
}
