using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>From a path to the disks below it, at one moment.</summary>
/// <param name="view">The node's mounts.</param>
/// <param name="stack">What is below a block device.</param>
/// <param name="btrfs">What is below a btrfs.</param>
/// <param name="exists">Whether a file of the node is there; <see langword="null"/> where its disk does not
/// answer.</param>
/// <param name="disks">The node's disks.</param>
internal sealed class DiskFinder(
    NodeView view, BlockStack stack, BtrfsMembers btrfs, Func<string, bool?> exists, ImmutableArray<BlockDevice> disks)
{
    // A file of a loop device may be on a loop device itself.
    private const int MaxLoops = 4;

    private readonly Dictionary<string, BlockDevice> _disks = ByName(disks);

    /// <summary>The same places, with mount, disks and reasons.</summary>
    /// <param name="places">Those that exist.</param>
    public IEnumerable<RolePlace> Find(ImmutableArray<RolePlace> places)
    {
        var mounts = view.Covering([.. places.Select(place => place.Real ?? place.Of.Path)]);
        return places.Select((place, index) => Found(place with { Mount = mounts[index] }));
    }

    private RolePlace Found(RolePlace place)
    {
        var legs = Legs(place.Mount, MaxLoops).ToArray();
        return place with
        {
            Disks = [.. legs.Where(leg => leg.Reason is null && _disks.ContainsKey(leg.Name)).Select(Disk)
                .DistinctBy(disk => disk.Device, StringComparer.Ordinal)],
            Reasons = [.. legs.Select(Reason).OfType<string>().Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)],
        };
    }

    private RoleDisk Disk(DiskPath leg)
    {
        var disk = _disks[leg.Name];
        return new(disk.Name, disk.Serial, string.Join('.', leg.Via)) { Sequence = disk.Sequence };
    }

    private string? Reason(DiskPath leg) =>
        leg.Reason ?? (_disks.ContainsKey(leg.Name) ? null : DiskReason.OfDevice(leg.Name));

    private IEnumerable<DiskPath> Legs(Mount? mount, int loops)
    {
        if (mount is null)
            return [new("", [], DiskReason.NotMounted)];
        var legs = mount.HasBlockDevice ? stack.Below(mount.Device)
            : mount.FileSystem is "btrfs" ? OfBtrfs(mount)
            : [new("", [], DiskReason.OfFileSystem(mount.FileSystem))];
        return legs.SelectMany(leg => leg.File is { } file ? OfFile(leg, file, loops) : [leg]);
    }

    private IEnumerable<DiskPath> OfFile(DiskPath leg, string file, int loops)
    {
        // The kernel names the file as it was opened, which may have been in another view than ours.
        var isThere = loops > 0 ? exists(file) : false;
        return isThere is true
            ? Legs(view.Covering([file])[0], loops - 1).Select(below => below with { Via = [.. leg.Via, .. below.Via] })
            : [leg with { Reason = isThere is null ? DiskReason.Unreadable : DiskReason.Loop }];
    }

    private ImmutableArray<DiskPath> OfBtrfs(Mount mount)
    {
        var (links, isWhole) = btrfs.Of(mount.Source);
        if (links.IsEmpty)
            return [new("", [], DiskReason.Unknown)];
        ImmutableArray<string> via = links.Length > 1 ? ["btrfs"] : [];
        var legs = links.SelectMany(link => stack.BelowLink(link, via));
        return [.. legs, .. isWhole ? Enumerable.Empty<DiskPath>() : [new("", [], DiskReason.Vanished)]];
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
