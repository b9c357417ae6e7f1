using System.Collections.Immutable;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Which file system a path of the node is on.</summary>
/// <param name="own">This process's own <c>/proc</c>.</param>
/// <param name="host">The node's <c>/proc</c>, where the settings name one; its first process sees what the node
/// sees.</param>
/// <param name="root">Where the node's <c>/</c> is in this process's own view.</param>
/// <remarks>A folder of the node that is mounted into a container keeps the number of its block device there, so this
/// process's own view is enough; the node's own is better, because it shows what was mounted later and what is not
/// mounted into this container. Everybody may read it who sees process 1.</remarks>
internal sealed class NodeMounts(HostFiles own, HostFiles? host, string root)
{
    private const int MaxTableBytes = 64 << 20;

    private readonly string _root = root.TrimEnd('/');

    /// <exception cref="IOException">It cannot be read, or is larger than 64 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public NodeView Read() => OfHost() is { } table
        ? new(table, "", isNodes: true)
        : new(new(own.Read("/self/mountinfo", MaxTableBytes)), _root, isNodes: false);

    private MountTable? OfHost()
    {
        try
        {
            return host is null ? null : new(host.Read("/1/mountinfo", MaxTableBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>Mounts at one moment, by paths of the node.</summary>
/// <param name="table">As some process sees them.</param>
/// <param name="root">Where that process sees the node's <c>/</c>; empty where it sees it at <c>/</c>.</param>
/// <param name="isNodes">Whether that process is one of the node's, and of no container.</param>
internal sealed class NodeView(MountTable table, string root, bool isNodes)
{
    /// <summary>Whether the mounts alone tell that a folder of the node is there.</summary>
    /// <remarks>A container does not see the folder of its runtime, which holds the files of all others; the layers
    /// that the runtime mounts are in it.</remarks>
    public bool Tells(string folder) => isNodes && (table.HasMountOn(folder) || table.HasLayerIn(folder));

    /// <inheritdoc cref="MountTable.Covering"/>
    public ImmutableArray<Mount?> Covering(IReadOnlyList<string> paths) =>
        [.. table.Covering([.. paths.Select(Inside)])
            .Select(mount => mount is null ? null : mount with { Point = Outside(mount.Point) ?? mount.Point })];

    /// <inheritdoc cref="MountTable.Named"/>
    public ImmutableArray<(string Point, string Word)> Named(IReadOnlyList<string> words, int most) =>
        [.. from named in table.Named(words, most)
            let point = Outside(named.Point)
            where point is not null
            select (point, named.Word)];

    private string Inside(string path) => path == "/" && root.Length > 0 ? root : root + path;

    private string? Outside(string point) =>
        root.Length == 0 ? point
        : point == root ? "/"
        : point.StartsWith(root + "/", StringComparison.Ordinal) ? point[root.Length..]
        : null;
}
