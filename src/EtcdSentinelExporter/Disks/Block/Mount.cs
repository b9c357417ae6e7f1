namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A mounted file system, as one line of mountinfo tells.</summary>
/// <param name="Device"><c>major:minor</c>. Major 0 is no block device: the kernel numbers such file systems
/// itself.</param>
/// <param name="Point">Where it is mounted, in the view that was read; escapes undone.</param>
/// <param name="FileSystem">Such as <c>ext4</c> or <c>fuse.sshfs</c>.</param>
/// <param name="Source">What was mounted, in the words of whoever did it: no proof of anything.</param>
internal sealed record Mount(string Device, string Point, string FileSystem, string Source)
{
    /// <summary>Whether the file system takes no writes, whoever looks; <see langword="null"/> where the line
    /// breaks off.</summary>
    /// <remarks>The option of the file system, not of the mount: a container's view is often
    /// mounted read-only.</remarks>
    public bool? IsReadOnly { get; init; }

    public bool HasBlockDevice => !Device.StartsWith("0:", StringComparison.Ordinal);
}
