namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds the disks below a path, for one snapshot of mounts and disks.</summary>
/// <param name="view">The node's mounts.</param>
/// <param name="stack">Finds the devices below a block device.</param>
/// <param name="btrfs">Finds the devices of a btrfs.</param>
/// <param name="exists">True if a file of the node exists; <see langword="null"/> if its disk does not respond.</param>
/// <param name="disks">The node's disks.</param>
internal sealed class DiskFinder(
    NodeView view, BlockStack stack, BtrfsMembers btrfs, Func<string, bool?> exists, ImmutableArray<BlockDevice> disks)
{
    // The backing file of a loop device may be on another loop device.
    private const int MaxLoops = 4;

    private readonly Dictionary<string, BlockDevice> _disks = ByName(disks);

    /// <summary>Returns the same places with mount, disks and reasons filled in.</summary>
    /// <param name="places">Places whose path exists.</param>
    public IEnumerable<RolePlace> Find(ImmutableArray<RolePlace> places)
    {
        var mounts = view.Covering([.. places.Select(place => place.Real ?? place.Of.Path)]);
        return places.Select((place, index) => Found(place with { Mount = mounts[index] }));
    }

    private RolePlace Found(RolePlace place)
    {
        var paths = Paths(place.Mount, MaxLoops).ToArray();
        return place with
        {
            Disks = [.. paths.Where(path => path.Reason is null && _disks.ContainsKey(path.Name)).Select(Disk)
                .DistinctBy(disk => disk.Device, StringComparer.Ordinal)],
            Reasons = [.. paths.Select(Reason).OfType<string>().Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)],
        };
    }

    private RoleDisk Disk(DiskPath path)
    {
        var disk = _disks[path.Name];
        return new(disk.Name, disk.Serial, string.Join('.', path.Via)) { Sequence = disk.Sequence };
    }

    private string? Reason(DiskPath path) =>
        path.Reason ?? (_disks.ContainsKey(path.Name) ? null : DiskReason.OfDevice(path.Name));

    private IEnumerable<DiskPath> Paths(Mount? mount, int loops)
    {
        if (mount is null)
            return [new("", [], DiskReason.NotMounted)];
        var paths = mount.HasBlockDevice ? stack.Below(mount.Device)
            : mount.FileSystem is "btrfs" ? OfBtrfs(mount)
            : [new("", [], DiskReason.OfFileSystem(mount.FileSystem))];
        return paths.SelectMany(path => path.File is { } file ? OfFile(path, file, loops) : [path]);
    }

    private IEnumerable<DiskPath> OfFile(DiskPath path, string file, int loops)
    {
        // The kernel keeps the path as it was opened, which may have been in another mount namespace.
        var fileExists = loops > 0 ? exists(file) : false;
        return fileExists is true
            ? Paths(view.Covering([file])[0], loops - 1)
                .Select(below => below with { Via = [.. path.Via, .. below.Via] })
            : [path with { Reason = fileExists is null ? DiskReason.Unreadable : DiskReason.Loop }];
    }

    private ImmutableArray<DiskPath> OfBtrfs(Mount mount)
    {
        var (links, isWhole) = btrfs.Of(mount.Source);
        if (links.IsEmpty)
            return [new("", [], DiskReason.Unknown)];
        ImmutableArray<string> via = links.Length > 1 ? ["btrfs"] : [];
        var paths = links.SelectMany(link => stack.BelowLink(link, via));
        return [.. paths, .. isWhole ? Enumerable.Empty<DiskPath>() : [new("", [], DiskReason.Vanished)]];
    }

    private static Dictionary<string, BlockDevice> ByName(ImmutableArray<BlockDevice> disks)
    {
        var names = new Dictionary<string, BlockDevice>(StringComparer.Ordinal);
        foreach (var disk in disks)
        {
            names[disk.Name] = disk;
            foreach (var other in disk.OtherNames)
                names[other] = disk;
        }
        return names;
    }
}
