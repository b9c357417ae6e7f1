using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds the disks below folders that have no role of their own. Not for concurrent use.</summary>
/// <param name="finder">Makes a finder for these paths.</param>
/// <param name="disks">Lists the node's disks.</param>
internal sealed class FolderDisks(Func<ConfiguredRoles, DiskRoleFinder> finder, NodeDisks disks)
{
    private ImmutableArray<string> _paths = [];
    private DiskRoleFinder? _finder;
    private DiskRoles? _last;

    /// <summary>Returns one place for each path that could be found out about, in any order.</summary>
    public async Task<ImmutableArray<RolePlace>> OfAsync(
        ImmutableArray<string> paths, CancellationToken cancellationToken)
    {
        // A finder remembers which paths hang.
        if (_finder is null || !_paths.SequenceEqual(paths))
            (_finder, _paths) = (finder(new(null, null, [.. paths.Select(path => ("", path))])), paths);
        _last = await _finder.ReadAsync(
            _last, new([], [], []), (await disks.ListAsync(cancellationToken).OrNullAsync())?.Items, cancellationToken);
        return [.. _last.Places.Where(place => place.Of.Role is DiskRole.Other)];
    }

    /// <summary>True if a folder is on a disk, or in a file system, that carries one of the others, false if it is on
    /// none of them; <see langword="null"/> if unknown.</summary>
    public static bool? IsShared(RolePlace folder, IEnumerable<RolePlace> others)
    {
        var all = others.ToArray();
        return all.Any(other => IsSameFileSystem(folder, other)
                || other.Disks.Any(disk => folder.Disks.Any(own => own.Device == disk.Device))) ? true
            : all.Length > 0 && all.Append(folder).All(IsKnown) ? false
            : null;
    }

    /// <summary>False if the folder is on another machine, true if it is on disks of this one; <see langword="null"/>
    /// if unknown.</summary>
    public static bool? IsLocal(RolePlace folder) =>
        folder.Disks.Length > 0 ? true
        : folder.Reasons is [DiskReason.Network] ? false
        : null;

    private static bool IsSameFileSystem(RolePlace one, RolePlace other) =>
        one.Mount is { } mount && mount.Device == other.Mount?.Device;

    private static bool IsKnown(RolePlace place) => place.Mount is not null
        && (place.IsResolved || place is { Disks: [], Reasons: [DiskReason.Network or DiskReason.Memory] });
}
