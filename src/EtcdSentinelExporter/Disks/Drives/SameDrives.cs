namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Finds drives that are listed twice: as a disk of the kernel and behind their controller.</summary>
internal static class SameDrives
{
    /// <returns>The same entries, with all but the first of each drive marked. The kernel's disks come first.</returns>
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
            // Two disks of the kernel are never the same drive: their world-wide names were compared already.
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
