using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Findings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class StorageFindingsTests
{
    private static readonly RolePlace Data = On("sda", IoOf.Data);
    private static readonly RolePlace Longhorn = On(
        "sda", new(DiskRole.StorageSystem, "longhorn", "/var/lib/longhorn"));
    private static readonly RolePlace Kubelet = On("sda", new(DiskRole.Kubelet, "", "/var/lib/kubelet"));

    [Fact]
    public void A_storage_system_on_etcds_disk_is_told()
    {
        var shared = Shared(0.001, Data, Longhorn);

        Assert.Equal(("sda", Severity.Info), (shared!.Subject, shared.Severity));
        Assert.Contains("longhorn (/var/lib/longhorn)", shared.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Anything_else_is_what_every_node_has()
    {
        Assert.Null(Shared(null, Data, Kubelet));
        Assert.Null(Shared(0.02, Data, Kubelet));
    }

    [Fact]
    public void Another_disk_is_nobodys_business() =>
        Assert.Null(Shared(0.02, Data, Longhorn with { Disks = [new("sdb", "S2", "")] }));

    [Fact]
    public void A_folder_of_etcds_without_a_known_disk_is_told_with_the_reason_and_others_are_not()
    {
        var reading = new StorageReading(IoOf.Now, new(
            [Data with { Disks = [], Reasons = [DiskReason.Overlay] },
                Kubelet with { Disks = [], Reasons = [DiskReason.Network] }]));

        var finding = Assert.Single(StorageFindings.Judge(reading));

        Assert.Equal(
            ("EtcdDiskUnresolved", Severity.Info, "/var/lib/etcd"), (finding.Code, finding.Severity, finding.Subject));
        Assert.Contains("(overlay)", finding.Summary, StringComparison.Ordinal);
    }

    private static RolePlace On(string disk, DiskRole role) =>
        new(role, role.Path) { Disks = [new(disk, "S1", "partition")] };

    private static Finding? Shared(double? flush, params RolePlace[] places)
    {
        var disk = new DiskIo(IoOf.Counts, HasWriteCache: true, IoOf.Load with { FlushLatencySeconds = flush });
        return StorageFindings.Judge(IoOf.Reading(disk) with { Roles = new([.. places]) })
            .SingleOrDefault(finding => finding.Code == "EtcdDiskShared");
    }
}
