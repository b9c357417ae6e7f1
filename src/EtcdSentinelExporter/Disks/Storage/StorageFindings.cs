using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Findings that one poll of the storage can prove.</summary>
internal static class StorageFindings
{
    private const int MaxListLength = 512;

    public static IEnumerable<Finding> Judge(StorageReading reading) =>
        reading.Roles.EtcdDisks.SelectMany(disk => OfDisk(reading, disk))
            .Concat(IoFindings.Judge(reading))
            .Concat(reading.Roles.Places.Where(place => place.Of.IsEtcd && !place.IsResolved).Select(Unresolved));

    // A storage system may write any amount. Sharing with the root alone is the default of kubeadm.
    private static IEnumerable<Finding> OfDisk(StorageReading reading, string disk)
    {
        var others = reading.Roles.Places
            .Where(place => !place.Of.IsEtcd && place.Disks.Any(item => item.Device == disk)).ToArray();
        if (Array.Exists(others, place => place.Of.Role is DiskRole.StorageSystem))
        {
            yield return new("EtcdDiskShared", Severity.Info, disk,
                Summary: $"Besides etcd, the disk carries {Names(others)}.",
                NextStep: "Move etcd to its own disk.");
        }
    }

    private static Finding Unresolved(RolePlace place) => new(
        "EtcdDiskUnresolved", Severity.Info, RoleMetrics.Cut(place.Of.Path),
        Summary: $"Cannot find the disk of this path ({string.Join(", ", place.Reasons)}): it is not monitored.",
        NextStep: $"On the node: findmnt -T {RoleMetrics.Cut(place.Of.Path)}, then lsblk -s of its source. "
            + "In a pod, mount the host's folder into it.");

    private static string Names(RolePlace[] places) => DisplayText.Of(
        string.Join(", ", from place in places
                          let of = place.Of
                          select $"{(of.Owner.Length > 0 ? of.Owner : of.Role)} ({of.Path})"),
        MaxListLength);
}
