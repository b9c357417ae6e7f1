using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Which disk carries what.</summary>
internal static class RoleMetrics
{
    // Paths and names of volumes are anybody's text. What is longer ends in a part of its hash.
    private const int MaxTextLength = 256;

    private static readonly Subject<StorageReading, RolePlace> Places = new(
        reading => reading.Roles.Places, labels: ["role", "owner", "path"],
        place => [place.Of.Role, Cut(place.Of.Owner), Cut(place.Of.Path)]);

    private static readonly Subject<StorageReading, (RolePlace Of, string Part)> Reasons =
        Places.Each(place => place.Reasons, ["reason"], reason => [reason]);

    private static readonly Subject<StorageReading, (RolePlace Place, RoleDisk Disk)> Disks = new(
        reading => reading.Roles.Places.SelectMany(place => place.Disks.Select(disk => (place, disk))),
        labels: ["device", "serial", "role", "owner", "path"],
        pair => [pair.Disk.Device, pair.Disk.Serial, pair.Place.Of.Role, Cut(pair.Place.Of.Owner),
            Cut(pair.Place.Of.Path)]);

    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } =
    [
        Disks.Info("etcd_sentinel_disk_role_info",
            "Which physical disk carries which role; always 1, one for each path and disk. owner is the storage "
            + "system, or the name given in storage.paths; via are the layers between the file system and the disk, "
            + "empty where it lies on the whole disk. Absent for disks that cannot be found: disk_role_unresolved says "
            + "why.",
            ["mountpoint", "source", "fstype", "via"],
            pair => pair.Place.Mount is { } mount
                ? [Cut(mount.Point), Cut(mount.Source), Cut(mount.FileSystem), pair.Disk.Via]
                : null),

        Places.Gauge("etcd_sentinel_disk_role_resolved",
            "Whether all physical disks under the path are known (1) or not (0). Absent where the path does not exist.",
            place => place.IsResolved),

        Reasons.Gauge("etcd_sentinel_disk_role_unresolved",
            "1 under each reason why not all physical disks under the path are known. Absent while they are.",
            _ => true),
    ];

    internal static string Cut(string text) => DisplayText.Distinct(text, MaxTextLength);
}
