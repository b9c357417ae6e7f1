using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads regular files and rejects everything else.</summary>
/// <remarks>.NET does not distinguish a FIFO from a file, and opening one blocks until a writer opens it. /dev/zero
/// never ends; opening /dev/watchdog arms it. So the type is checked before the path is opened, and again on the open
/// handle.</remarks>
internal static partial class RegularFile
{
    private const int OpenReadOnly = 0;
    private const int OpenWithoutTerminal = 0x100;
    private const int OpenWithoutWaiting = 0x800;
    private const int OpenCloseOnExec = 0x80000;

    /// <param name="real">Path to open, with links resolved.</param>
    /// <param name="path">The node's path, for messages.</param>
    /// <param name="maxBytes">Maximum size; a larger file is rejected.</param>
    public static HostFile Read(string real, string path, int maxBytes)
    {
        using var file = Open(real, path, out var status);
        if (status.Size > (ulong)maxBytes)
            throw FileErrors.TooLarge(path, maxBytes);
        return new(
            ReadToEnd(file, path, maxBytes, status.Size), status.ModifiedAt,
            status.Version is { } version ? new(path, real, version) : null);
    }

    /// <summary>Opens a regular file of any size for reading.</summary>
    /// <param name="status">Of the open file.</param>
    /// <exception cref="IOException">Not a regular file, or a disk error.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    /// <inheritdoc cref="Read"/>
    public static SafeFileHandle Open(string real, string path, out FileStatus status)
    {
        RequireRegular(StatusOf(real, path), path);
        var file = Open(real, OpenReadOnly | OpenWithoutWaiting | OpenCloseOnExec | OpenWithoutTerminal);
        try
        {
            if (file.IsInvalid)
                throw FileErrors.LastOf(path);
            status = Check(Statx.Handle(file, out var opened), path, opened);
            RequireRegular(status, path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Version of the file at a path; <see langword="null"/> if there is none, or no permission.</summary>
    public static FileVersion? VersionOf(string real) => Statx.Path(real, out var status) == 0 ? status.Version : null;

    /// <summary>True if the path exists, whatever its type.</summary>
    public static bool Exists(string real) => Statx.Path(real, out _) == 0;

    /// <summary>True if the path exists; other errors than its absence are exceptions.</summary>
    /// <remarks>Polls look for dozens of files that most nodes do not have, and an exception for each would be most of
    /// the work.</remarks>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    /// <exception cref="IOException">A disk error.</exception>
    public static bool ExistsForSure(string real, string path)
    {
        if (Statx.Path(real, out _) == 0)
            return true;
        var error = FileErrors.LastOf(path);
        return error is FileNotFoundException ? false : throw error;
    }

    // The size is a hint: it is 0 in /proc, and a log grows while it is read.
    private static byte[] ReadToEnd(SafeFileHandle file, string path, int maxBytes, ulong size)
    {
        var bytes = new byte[Math.Min((long)maxBytes, Math.Max((long)size, 4096)) + 1];
        try
        {
            var length = 0;
            while (ReadOnce(file, path, bytes.AsSpan(length), length) is var read and > 0)
            {
                length += read;
                if (length > maxBytes)
                    throw FileErrors.TooLarge(path, maxBytes);
                if (length == bytes.Length)
                    bytes = Grown(bytes, (int)Math.Min((long)maxBytes + 1, bytes.Length * 2L));
            }
            return bytes[..length];
        }
        finally
        {
            // The buffer may have contained a private key.
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] Grown(byte[] bytes, int size)
    {
        var larger = new byte[size];
        bytes.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(bytes);
        return larger;
    }

    private static int ReadOnce(SafeFileHandle file, string path, Span<byte> into, int offset)
    {
        try
        {
            return RandomAccess.Read(file, into, offset);
        }
        catch (IOException e)
        {
            throw new IOException($"Cannot read {path}: {e.Message}; check the kernel log and the disk", e);
        }
    }

    private static FileStatus StatusOf(string real, string path) =>
        Check(Statx.Path(real, out var status), path, status);

    private static FileStatus Check(int result, string path, FileStatus status) =>
        result == 0 ? status : throw FileErrors.LastOf(path);

    private static void RequireRegular(FileStatus status, string path)
    {
        if (!status.IsFile)
            throw FileErrors.NotAFile(path, status.Type);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
