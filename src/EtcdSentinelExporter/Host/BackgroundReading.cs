using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EtcdSentinelExporter.Host;

/// <summary>Lets a thread that reads large files stay out of the way of others.</summary>
internal static partial class BackgroundReading
{
    private const int LowestPriority = 19;
    private const int OfProcess = 0; // on Linux, of this thread
    private const int OfThread = 1;
    private const int IdleClass = 3 << 13;
    private const int NotNeeded = 4;

    /// <summary>Gives this thread the idle class of I/O and the lowest CPU priority. Where the kernel refuses, it has
    /// no effect. The thread must end after its work: the priority stays.</summary>
    /// <remarks>The idle class has an effect with the schedulers BFQ and mq-deadline. The rate of the reads protects
    /// disks without one.</remarks>
    public static void LowerPriority()
    {
        try
        {
            _ = SetPriority(OfProcess, 0, LowestPriority);
            if (SetIoPriorityCall() is { } number)
                _ = Call(number, OfThread, 0, IdleClass);
        }
        catch (EntryPointNotFoundException)
        {
            // Not a C library that has them.
        }
    }

    /// <summary>Tells the kernel that a part of a file need not stay in the page cache: there, gigabytes that are read
    /// once would replace the pages of etcd's database.</summary>
    public static void Forget(SafeFileHandle file, long offset, long length) =>
        _ = Advise(file, offset, length, NotNeeded);

    // ioprio_set has no wrapper in the C library.
    private static long? SetIoPriorityCall() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 251,
        Architecture.Arm64 => 30,
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Call(long number, long which, long who, long priority);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
