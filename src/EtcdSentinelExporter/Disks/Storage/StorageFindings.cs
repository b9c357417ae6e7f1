using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>What can be judged by one look.</summary>
internal static class StorageFindings
{
    private const int MaxListLength = 512;

    public static IEnumerable<Finding> Judge(StorageReading reading) =>
        reading.Roles.EtcdDisks.SelectMany(disk => OfDisk(reading, disk))
            .Concat(IoFindings.Judge(reading))
            .Concat(reading.Roles.Places.Where(place => place.Of.IsEtcd && !place.IsResolved).Select(Unresolved));

    // A storage system is trouble to come, and anything at all is trouble once flushes are slow. A disk shared with the
    // root alone is what every kubeadm node has.
    private static IEnumerable<Finding> OfDisk(StorageReading reading, string disk)
    {
        var others = reading.Roles.Places
            .Where(place => !place.Of.IsEtcd && place.Disks.Any(one => one.Device == disk)).ToArray();
        var isSlow = reading.Io.ByDisk.GetValueOrDefault(disk)?.Load?.FlushLatencySeconds > FlushLimits.SlowSeconds;
        if (isSlow ? others.Length > 0 : Array.Exists(others, place => place.Of.Role is DiskRole.StorageSystem))
        {
            yield return new("EtcdDiskShared", isSlow ? Severity.Warning : Severity.Info, disk,
                Summary: $"Besides etcd it carries {Names(others)}{(isSlow ? ", and flushes are slow" : "")}.",
                NextStep: "Give etcd a disk of its own.");
        }
    }

    private static Finding Unresolved(RolePlace place) => new(
        "EtcdDiskUnresolved", Severity.Info, RoleMetrics.Cut(place.Of.Path),
        Summary: $"Which disk it is on cannot be told ({string.Join(", ", place.Reasons)}): nobody watches that disk.",
        NextStep: $"On the node: findmnt -T {RoleMetrics.Cut(place.Of.Path)}, then lsblk -s of its source. In a pod, "
            + "mount the host's folder into it.");

    private static string Names(RolePlace[] places) => DisplayText.Of(
        string.Join(", ", from place in places
                          let of = place.Of
                          select $"{(of.Owner.Length > 0 ? of.Owner : of.Role)} ({of.Path})"),
        MaxListLength);
}
