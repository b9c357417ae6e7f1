using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Host;

/// <summary>Why a file cannot be read, each with the remedy.</summary>
internal static class FileErrors
{
    public const string ForbiddenRemedy = "run as root with CAP_DAC_READ_SEARCH, or grant read access";

    public static FileRefusedException NotAFile(string path, int type) => new(
        FileRefusedException.NotAFile, $"{path} is {TypeName(type)}, not a regular file; name a file");

    public static FileRefusedException TooLarge(string path, int maxBytes) => new(
        FileRefusedException.TooLarge,
        $"{path} is larger than the limit of {maxBytes} bytes; check that it is the right file");

    /// <summary>That of the last system call of this thread.</summary>
    public static Exception LastOf(string path) => Marshal.GetLastPInvokeError() switch
    {
        2 or 20 => new FileNotFoundException($"{path} does not exist", path), // ENOENT, ENOTDIR
        1 or 13 => new UnauthorizedAccessException( // EPERM, EACCES
            $"Cannot read {path}: permission denied; {ForbiddenRemedy}"),
        36 => new IOException($"the path {path} is too long"), // ENAMETOOLONG
        var error => new IOException($"Cannot open {path}: {new Win32Exception(error).Message}"),
    };

    private static string TypeName(int type) => type switch
    {
        0x1000 => "a FIFO",
        0x2000 => "a character device",
        0x4000 => "a folder",
        0x6000 => "a block device",
        0xA000 => "a symbolic link that has just changed",
        0xC000 => "a socket",
        _ => "of an unknown type",
    };
}
