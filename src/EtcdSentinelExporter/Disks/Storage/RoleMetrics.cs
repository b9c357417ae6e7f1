using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Metrics of the roles of disks.</summary>
internal static class RoleMetrics
{
    // Paths and volume names can be arbitrary text. A longer text is cut and ends in a part of its hash.
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
            "Physical disk of a role; always 1, one series per path and disk. "
            + "owner is the storage system, or the name in storage.paths; "
            + "via lists the layers between file system and disk, empty if there are none. "
            + "Absent if the disks cannot be found: see disk_role_unresolved.",
            ["mountpoint", "source", "fstype", "via"],
            pair => pair.Place.Mount is { } mount
                ? [Cut(mount.Point), Cut(mount.Source), Cut(mount.FileSystem), pair.Disk.Via]
                : null),

        Places.Gauge("etcd_sentinel_disk_role_resolved",
            "1 if all physical disks below the path are known, 0 if not. Absent if the path does not exist.",
            place => place.IsResolved),

        Reasons.Gauge("etcd_sentinel_disk_role_unresolved",
            "1 for each reason why not all physical disks below the path are known. Absent if all are known.",
            _ => true),
    ];

    internal static string Cut(string text) => DisplayText.Distinct(text, MaxTextLength);
}
