namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A mounted file system, from one line of mountinfo.</summary>
/// <param name="Device"><c>major:minor</c>. Major 0 means no block device: the kernel assigns virtual numbers to such
/// file systems.</param>
/// <param name="Point">Mount point in the mount namespace that was read, unescaped.</param>
/// <param name="FileSystem">Such as <c>ext4</c> or <c>fuse.sshfs</c>.</param>
/// <param name="Source">Source as given to mount(8); not reliable.</param>
internal sealed record Mount(string Device, string Point, string FileSystem, string Source)
{
    /// <summary>True if the file system is read-only for everybody; <see langword="null"/> if the line is
    /// truncated.</summary>
    /// <remarks>This is the option of the file system: in a container the mount itself is often read-only.</remarks>
    public bool? IsReadOnly { get; init; }

    /// <summary>True if this mount is read-only, as a bind mount may be.</summary>
    public bool IsMountReadOnly { get; init; }

    public bool HasBlockDevice => !Device.StartsWith("0:", StringComparison.Ordinal);
}
