using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Which drives are asked: the kernel's disks, and those that only settings know of.</summary>
internal static class DriveList
{
    /// <param name="addresses">A plain type replaces the one that smartctl would find for that disk; one of a
    /// controller adds a drive. Nothing is wrong with them <see cref="DriveAddress.Together"/>.</param>
    /// <returns>Each label once.</returns>
    public static ImmutableArray<Drive> Of(
        ImmutableArray<BlockDevice> disks, ImmutableArray<DriveAddress> addresses)
    {
        var types = addresses.Where(address => !address.IsBehindController)
            .ToDictionary(address => address.Path, address => address.Type, StringComparer.Ordinal);
        var plain = disks.Select(disk => Drive.Of(disk, types.GetValueOrDefault("/dev/" + disk.Name)));
        var seen = disks.Select(disk => "/dev/" + disk.Name).ToHashSet(StringComparer.Ordinal);
        var added = addresses
            .Where(address => address.IsBehindController || !seen.Contains(address.Path))
            .Select(address => new Drive(address.Label, Serial: "", address.Path, address.Type, Disk: null));
        return [.. plain.Concat(added).DistinctBy(drive => drive.Device, StringComparer.Ordinal)];
    }
}
