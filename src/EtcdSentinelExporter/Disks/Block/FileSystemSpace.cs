using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>What is left of the file system that a path lies on.</summary>
/// <param name="SizeBytes">All of it.</param>
/// <param name="FreeBytes">With what only root may use.</param>
/// <param name="AvailableBytes">What anybody may use.</param>
/// <param name="Files">Inodes that there can be; <see langword="null"/> where there is no such limit, as on
/// btrfs.</param>
/// <param name="FilesFree">Inodes that are left of them.</param>
internal sealed partial record FileSystemSpace(
    double SizeBytes, double FreeBytes, double AvailableBytes, double? Files, double? FilesFree)
{
    /// <param name="real">The path to look at, its links followed. The call may block for as long as the disk
    /// does.</param>
    /// <returns><see langword="null"/> where there is no such path, or it may not be looked at.</returns>
    public static FileSystemSpace? Read(string real) => Statvfs(real, out var status) == 0 ? status.Space : null;

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statvfs(string path, out FileSystemStatus status);

    // The same in glibc and musl wherever a long has 64 bits; both write at most 112 bytes.
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
