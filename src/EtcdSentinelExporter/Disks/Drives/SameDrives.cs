using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Finds drives that are seen twice: as a disk of the kernel and behind its controller.</summary>
internal static class SameDrives
{
    /// <returns>The same drives, each but the first of its kind marked. The kernel's disks come first.</returns>
    public static ImmutableArray<DriveReading> Mark(ImmutableArray<DriveReading> drives)
    {
        var first = new Dictionary<(string, string), string>();
        var paths = new Dictionary<string, int>(StringComparer.Ordinal);
        var same = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var drive in drives.OrderBy(drive => drive.Drive.Disk is null))
        {
            var label = drive.Drive.Device;
            paths[label] = drive.Drive.Disk?.Paths ?? 1;
            if (Key(drive) is not { } key || first.TryAdd(key, label))
                continue;
            // Two of the kernel's disks are two, whatever they say: it has compared their world-wide names.
            if (drive.Drive.Disk is not null)
                continue;
            same[label] = first[key];
            paths[first[key]] += paths[label];
        }
        return [.. drives.Select(drive => drive with
        {
            SameAs = same.GetValueOrDefault(drive.Drive.Device),
            Paths = paths[drive.Drive.Device],
        })];
    }

    private static (string Model, string Serial)? Key(DriveReading drive) =>
        drive.Identity is { Serial.Length: > 0 } identity ? (identity.Model, identity.Serial) : null;
}
