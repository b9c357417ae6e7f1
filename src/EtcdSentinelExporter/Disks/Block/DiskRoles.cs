using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Which disks carry data that the control plane depends on.</summary>
/// <param name="Places">All watched paths that exist, and those from the settings; etcd's first.</param>
internal sealed record DiskRoles(ImmutableArray<RolePlace> Places)
{
    private readonly ImmutableHashSet<string> _carriers =
        [.. Places.SelectMany(place => place.Disks).Select(disk => disk.Device)];

    /// <summary>No roles known.</summary>
    public static DiskRoles Unknown { get; } = new(ImmutableArray<RolePlace>.Empty);

    /// <summary>How etcd was started, from the last successful read.</summary>
    public EtcdInstallation? Etcd { get; init; }

    /// <summary>Disks that carry a role, one entry each, sorted by name.</summary>
    public IEnumerable<RoleDisk> Disks =>
        Places.SelectMany(place => place.Disks).DistinctBy(disk => disk.Device, StringComparer.Ordinal)
            .OrderBy(disk => disk.Device, StringComparer.Ordinal);

    /// <summary>The disks under etcd's data or write-ahead log, by name.</summary>
    public ImmutableSortedSet<string> EtcdDisks =>
        [.. Places.Where(place => place.Of.IsEtcd).SelectMany(place => place.Disks).Select(disk => disk.Device)];

    public bool CarriesEtcd(string disk) =>
        Places.Any(place => place.Of.IsEtcd && place.Disks.Any(item => item.Device == disk));

    public bool Carries(string disk) => _carriers.Contains(disk);
}
