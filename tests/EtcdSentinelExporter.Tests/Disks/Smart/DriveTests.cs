using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

public sealed class DriveTests
{
    [Fact]
    public void An_exclamation_mark_in_a_kernel_name_is_a_folder() => Assert.Equal(
        ("cciss!c0d0", "/dev/cciss/c0d0"),
        Drive.Of(new BlockDevice("cciss!c0d0", "", "", null, null), type: null) is var drive
            ? (drive.Device, drive.Path) : default);

    [Theory]
    [InlineData("vda", true)]
    [InlineData("xvdb", true)]
    [InlineData("mmcblk0", true)]
    [InlineData("rbd3", true)]
    [InlineData("pmem0", true)]
    [InlineData("dasda", true)]
    [InlineData("sda", false)]
    [InlineData("nvme0n1", false)]
    public void Nobody_misses_smartctl_where_it_knows_nothing_of_the_kind_of_disk(string name, bool hasNoSmart) =>
        Assert.Equal(
            hasNoSmart, Drive.Of(
                new BlockDevice(name, Serial: "", WorldWideName: "", IsRotational: null, Requests: null),
                type: null).HasNoSmart);
}
