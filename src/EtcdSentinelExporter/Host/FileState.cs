namespace EtcdSentinelExporter.Host;

/// <summary>What a path of the node leads to.</summary>
/// <param name="Path">Host path.</param>
/// <param name="RealPath">The path for system calls, with every link resolved.</param>
/// <param name="Version">State of the file there; <see langword="null"/> if there is none, or no permission.</param>
internal sealed record FileState(string Path, string RealPath, FileVersion? Version);

/// <summary>Differs after a write, a replacement, or a change of permissions. On file systems of Linux the kernel sets
/// <paramref name="Changed"/>, and no program can set it back.</summary>
/// <remarks>Two changes within one tick of the kernel's clock give one version. Where a file system derives the time
/// from that of the content, as FAT does, a rewrite that sets it back is seen only by the next full read.</remarks>
internal readonly record struct FileVersion(
    ulong Device, ulong Inode, ulong Size, FileTime Modified, FileTime Changed);

/// <summary>A time as the kernel stores it, which is finer than a <see cref="DateTimeOffset"/>.</summary>
/// <param name="Seconds">Since 1970.</param>
internal readonly record struct FileTime(long Seconds, uint Nanoseconds);
