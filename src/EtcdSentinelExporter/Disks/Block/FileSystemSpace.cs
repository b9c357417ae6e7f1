using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Size and free space of the file system of a path.</summary>
/// <param name="SizeBytes">Total size.</param>
/// <param name="FreeBytes">Free space, including blocks reserved for root.</param>
/// <param name="AvailableBytes">Free space for unprivileged users.</param>
/// <param name="Files">Maximum number of inodes; <see langword="null"/> without such a limit, as on btrfs.</param>
/// <param name="FilesFree">Free inodes; <see langword="null"/> without such a limit.</param>
internal sealed partial record FileSystemSpace(
    double SizeBytes, double FreeBytes, double AvailableBytes, double? Files, double? FilesFree)
{
    /// <param name="real">Path with links resolved. The call blocks as long as the disk does.</param>
    /// <returns><see langword="null"/> if the path does not exist, or without permission.</returns>
    public static FileSystemSpace? Read(string real) => Statvfs(real, out var status) == 0 ? status.Space : null;

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statvfs(string path, out FileSystemStatus status);

    // Same layout in glibc and musl on 64-bit systems; both write at most 112 bytes.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileSystemStatus
    {
        [FieldOffset(8)]
        private readonly ulong _fragmentBytes;

        [FieldOffset(16)]
        private readonly ulong _blocks;

        [FieldOffset(24)]
        private readonly ulong _blocksFree;

        [FieldOffset(32)]
        private readonly ulong _blocksAvailable;

        [FieldOffset(40)]
        private readonly ulong _files;

        [FieldOffset(48)]
        private readonly ulong _filesFree;

        public FileSystemSpace Space => new(
            (double)_fragmentBytes * _blocks,
            (double)_fragmentBytes * _blocksFree,
            (double)_fragmentBytes * _blocksAvailable,
            _files > 0 ? _files : null,
            _files > 0 ? _filesFree : null);
    }
}
