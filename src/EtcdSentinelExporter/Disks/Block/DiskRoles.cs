using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Which disks carry something that the control plane stands on.</summary>
/// <param name="Places">Every path that matters and exists, and those that the settings name; etcd's first.</param>
internal sealed record DiskRoles(ImmutableArray<RolePlace> Places)
{
    private readonly ImmutableHashSet<string> _carriers =
        [.. Places.SelectMany(place => place.Disks).Select(disk => disk.Device)];

    /// <summary>Where nobody has found out.</summary>
    public static DiskRoles Unknown { get; } = new(ImmutableArray<RolePlace>.Empty);

    /// <summary>How etcd was started, as it could be read last.</summary>
    public EtcdInstallation? Etcd { get; init; }

    /// <summary>The disks that carry a role, each once, by name.</summary>
    public IEnumerable<RoleDisk> Disks =>
        Places.SelectMany(place => place.Disks).DistinctBy(disk => disk.Device, StringComparer.Ordinal)
            .OrderBy(disk => disk.Device, StringComparer.Ordinal);

    /// <summary>The disks under etcd's data or write-ahead log, by name.</summary>
    public ImmutableSortedSet<string> EtcdDisks =>
        [.. Places.Where(place => place.Of.IsEtcd).SelectMany(place => place.Disks).Select(disk => disk.Device)];

    public bool Carries(string disk) => _carriers.Contains(disk);
}
