namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A mount whose mount point is above a path, or is the path.</summary>
/// <param name="Length">Length of the mount point in bytes.</param>
/// <param name="Line">Its line in the list of mounts.</param>
internal readonly record struct MountCover(int Id, int Parent, int Length, Range Line)
{
    /// <summary>Walks mounts as the kernel does: from the root down, entering each mount on the way.</summary>
    /// <remarks>Neither the longest mount point nor the last line is always right. <c>/var</c> may be mounted over
    /// <c>/var/lib/etcd</c>, and a mount may be moved onto a newer one. The parent of a covering mount covers the path
    /// too. If a parent is not in the list, it is outside of this namespace, and its child is the root.</remarks>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static MountCover? Top(List<MountCover> covers)
    {
        var known = covers.Select(cover => cover.Id).ToHashSet();
        // Of two mounts at the same point, the later one is on top.
        var best = covers.OrderByDescending(cover => cover.Length).ToArray();
        var children = best.GroupBy(cover => cover.Parent)
            .ToDictionary(group => group.Key, group => new Stack<MountCover>(group));
        var root = Array.FindLastIndex(best, cover => cover.Parent == cover.Id || !known.Contains(cover.Parent));
        MountCover? at = root < 0 ? null : best[root];
        // Each step removes one mount, so the loop ends, also if the list has a cycle.
        while (at is { } parent && children.TryGetValue(parent.Id, out var above) && above.TryPop(out var next))
            at = next;
        return at;
    }
}
