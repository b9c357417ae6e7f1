using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Lists the drives to read: the kernel's disks, and those that only the settings name.</summary>
internal static class DriveList
{
    /// <param name="addresses">Addresses from the settings, validated by <see cref="DriveAddress.Together"/>. A plain
    /// type overrides smartctl's detection for that disk; a controller's type adds a drive.</param>
    /// <returns>The drives, each label once.</returns>
    public static ImmutableArray<Drive> Of(
        ImmutableArray<BlockDevice> disks, ImmutableArray<DriveAddress> addresses)
    {
        var types = addresses.Where(address => !address.IsBehindController)
            .ToDictionary(address => address.Path, address => address.Type, StringComparer.Ordinal);
        var plain = disks.Select(disk => Drive.Of(disk, types.GetValueOrDefault(Drive.PathOf(disk))));
        var seen = disks.Select(Drive.PathOf).ToHashSet(StringComparer.Ordinal);
        var added = addresses
            .Where(address => address.IsBehindController || !seen.Contains(address.Path))
            .Select(address => new Drive(address.Label, Serial: "", address.Path, address.Type, Disk: null));
        return [.. plain.Concat(added).DistinctBy(drive => drive.Device, StringComparer.Ordinal)];
    }
}
