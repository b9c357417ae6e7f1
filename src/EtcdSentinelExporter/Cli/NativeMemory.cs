using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Cli;

/// <summary>Bounds the memory that the C library keeps for code that is not .NET's: OpenSSL, above all.</summary>
internal static partial class NativeMemory
{
    // M_ARENA_MAX of malloc.h.
    private const int ArenaMax = -8;

    /// <summary>Lets all threads share two arenas. Otherwise each thread with a TLS handshake keeps one or two
    /// MiB.</summary>
    /// <remarks>Call it before the first thread starts. A C library without arenas ignores it.</remarks>
    public static void LimitArenas()
    {
        try
        {
            _ = SetOption(ArenaMax, 2);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
