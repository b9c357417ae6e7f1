using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reads the mounts of the node.</summary>
/// <param name="own">This process's own <c>/proc</c>.</param>
/// <param name="host">The node's <c>/proc</c> if configured, else <see langword="null"/>. Its process 1 has the mounts
/// of the node.</param>
/// <param name="root">Path of the node's <c>/</c> in this process's own mount namespace.</param>
/// <remarks>A folder of the node that is mounted into a container keeps its device number, so this process's own mounts
/// are enough. The node's own list is better: it also has later mounts, and those that are not mounted into this
/// container. Reading it needs no privilege, only hostPID.</remarks>
internal sealed class NodeMounts(HostFiles own, HostFiles? host, string root)
{
    private const int MaxTableBytes = 64 << 20;

    private readonly string _root = root.TrimEnd('/');

    /// <exception cref="IOException">The list cannot be read, or is larger than 64 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read the list.</exception>
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

/// <summary>Snapshot of mounts, addressed by paths of the node.</summary>
/// <param name="table">Mounts of one process.</param>
/// <param name="root">Path of the node's <c>/</c> for that process; empty if it is <c>/</c>.</param>
/// <param name="isNodes">True if that process runs on the node, not in a container.</param>
internal sealed class NodeView(MountTable table, string root, bool isNodes)
{
    /// <summary>True if the mounts alone prove that a folder of the node exists.</summary>
    /// <remarks>A container cannot see its runtime's folder, which holds the files of all containers. But the layers
    /// that the runtime mounts are in that folder.</remarks>
    public bool ShowsFolder(string folder) => isNodes && (table.HasMountOn(folder) || table.HasLayerIn(folder));

    /// <inheritdoc cref="MountTable.Covering"/>
    public ImmutableArray<Mount?> Covering(IReadOnlyList<string> paths) =>
        [.. table.Covering([.. paths.Select(Inside)])
            .Select(mount => mount is null ? null : mount with
            {
                Point = Outside(mount.Point) ?? mount.Point,
                // A read-only mount in a container says nothing about etcd's.
                IsReadOnly = isNodes && mount.IsMountReadOnly ? true : mount.IsReadOnly,
            })];

    /// <inheritdoc cref="MountTable.Named"/>
    public ImmutableArray<(string Point, string Word)> Named(IReadOnlyList<string> words, int max) =>
        [.. from named in table.Named(words, max)
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
