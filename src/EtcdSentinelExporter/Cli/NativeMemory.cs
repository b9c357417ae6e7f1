using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Cli;

/// <summary>Limits the memory that the C library caches for native code, which is mostly OpenSSL.</summary>
internal static partial class NativeMemory
{
    // M_ARENA_MAX of malloc.h.
    private const int ArenaMax = -8;

    /// <summary>Makes all threads share two malloc arenas. Without it, each thread with a TLS handshake keeps 1 to
    /// 2 MiB.</summary>
    /// <remarks>Call it before the first thread starts. It has no effect on a C library without arenas.</remarks>
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
