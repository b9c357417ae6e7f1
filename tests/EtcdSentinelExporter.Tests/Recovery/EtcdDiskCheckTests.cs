using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Recovery;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>A folder counts as being on etcd's disk unless the opposite is known.</summary>
public sealed class EtcdDiskCheckTests
{
    private static readonly RolePlace Etcd = Place("etcd-0", "8:1", "sda");

    [Fact]
    public void Another_disk_is_free_to_use_and_the_same_one_or_a_partition_of_it_is_not()
    {
        Assert.Null(WhyNot(Place("target", "8:17", "sdb"), Etcd));
        Assert.Equal("/target is on a disk that carries etcd.", WhyNot(Place("target", "8:1", "sda"), Etcd));
        Assert.Equal("/target is on a disk that carries etcd.", WhyNot(Place("target", "8:2", "sda"), Etcd));
    }

    [Fact]
    public void Memory_is_never_a_disk_of_etcd() =>
        Assert.Null(WhyNot(Place("target", "0:25", null, DiskReason.Memory), Place("etcd-0", "0:1", null, DiskReason.Overlay)));

    [Theory]
    [InlineData(DiskReason.Overlay)]
    [InlineData(DiskReason.Unreadable)]
    [InlineData(DiskReason.Loop)]
    public void A_folder_or_an_etcd_whose_disk_is_hidden_counts_as_shared(string reason)
    {
        AssertUnknown(WhyNot(Place("target", "0:30", null, reason), Etcd));
        AssertUnknown(WhyNot(Place("target", "8:17", "sdb"), Place("etcd-0", "0:30", null, reason)));
    }

    [Fact]
    public void A_folder_that_hangs_or_an_etcd_that_is_not_known_counts_as_shared()
    {
        AssertUnknown(WhyNot(Place("target", null, null, DiskReason.Unreadable), Etcd));
        AssertUnknown(EtcdDiskCheck.WhyNot("/target", 2, [Place("target", "8:17", "sdb")]));
        Assert.Contains("storage.data-dir",
            EtcdDiskCheck.WhyNot("/target", 1, [Place("target", "8:17", "sdb")]), StringComparison.Ordinal);
    }

    [Fact]
    public void Room_that_cannot_be_read_is_too_little()
    {
        Assert.Contains("cannot be read", RecoverySnapshot.WhyNoRoom("/target", null, 10), StringComparison.Ordinal);
        Assert.NotNull(RecoverySnapshot.WhyNoRoom("/target", 9, 10));
        Assert.Null(RecoverySnapshot.WhyNoRoom("/target", 10, 10));
    }

    private static string? WhyNot(RolePlace target, RolePlace etcd) => EtcdDiskCheck.WhyNot("/target", 2, [target, etcd]);

    private static void AssertUnknown(string? reason) =>
        Assert.Equal("The disk of /target or of etcd cannot be determined.", reason);

    private static RolePlace Place(string name, string? device, string? disk, string? reason = null) =>
        new(new(DiskRole.Other, name, "/" + name), "/" + name)
        {
            Mount = device is null ? null : new(device, "/", "ext4", "none"),
            Disks = disk is null ? [] : [new(disk, "", "")],
            Reasons = reason is null ? [] : [reason],
        };
}
