using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads the type, size and times of a path without opening it: statx(2).</summary>
/// <remarks>struct statx is the same on every architecture, unlike struct stat. Both calls return 0, or set the error
/// of <see cref="Marshal.GetLastPInvokeError"/>.</remarks>
internal static partial class Statx
{
    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int NoAccess = 13;

    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const int DoNotMount = 0x800;
    private const int ThisHandle = 0x1000;
    private const uint Fields = 0x7C5; // type, links, times, inode, size, blocks

    /// <summary>Status of the path itself, without following a link.</summary>
    public static int Path(string real, out FileStatus status) =>
        StatxAt(CurrentFolder, real, DoNotFollow | DoNotMount, Fields, out status);

    public static int Handle(SafeFileHandle file, out FileStatus status) =>
        StatxOf(file, "", ThisHandle, Fields, out status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatxOf(SafeFileHandle file, string path, int flags, uint mask, out FileStatus status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatxAt(int folder, string path, int flags, uint mask, out FileStatus status);
}

/// <summary>The requested part of struct statx.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct FileStatus
{
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int TypeMask = 0xF000;
    private const int BlockBytes = 512;
    private const uint OfVersion = 0x3C0; // times, inode, size
    private const long FarthestSecond = 253_402_300_799; // the year 9999

    [FieldOffset(0)]
    private readonly uint _known;

    /// <summary>Number of names (hard links).</summary>
    [FieldOffset(16)]
    public readonly uint Links;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    public readonly ulong Inode;

    [FieldOffset(40)]
    public readonly ulong Size;

    [FieldOffset(48)]
    private readonly ulong _blocks;

    [FieldOffset(96)]
    private readonly long _changedSeconds;

    [FieldOffset(104)]
    private readonly uint _changedNanoseconds;

    [FieldOffset(112)]
    private readonly long _modifiedSeconds;

    [FieldOffset(120)]
    private readonly uint _modifiedNanoseconds;

    // Major and minor number together, only used for comparison.
    [FieldOffset(136)]
    public readonly ulong Device;

    public int Type => _mode & TypeMask;

    public bool IsFile => Type == Regular;

    public bool IsFolder => Type == Folder;

    /// <summary>Allocated bytes, a multiple of 512.</summary>
    public double AllocatedBytes => (double)_blocks * BlockBytes;

    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch
        .AddSeconds(Math.Clamp(_modifiedSeconds, 0, FarthestSecond)).AddTicks(_modifiedNanoseconds / 100);

    /// <summary><see langword="null"/> on a file system that does not report every field of it.</summary>
    public FileVersion? Version => (_known & OfVersion) == OfVersion && _changedSeconds > 0
        ? new(
            Device, Inode, Size, new(_modifiedSeconds, _modifiedNanoseconds),
            new(_changedSeconds, _changedNanoseconds))
        : null;
}
