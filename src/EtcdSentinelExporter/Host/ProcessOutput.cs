
namespace EtcdSentinelExporter.Host;

internal enum ProcessEnd
{
    Exited,

    /// <summary>It took too long, and is dead.</summary>
    Killed,

    /// <summary>It took too long, and does not die.</summary>
    Unkillable,

    /// <summary>Nobody waits for it any more; it has been killed, and may still be dying.</summary>
    Cancelled,

    /// <summary>It printed more than is ever read, and is dead.</summary>
    OutputTooLarge,
}

/// <summary>What became of a program.</summary>
/// <param name="ExitCode">128 and the signal's number after a signal; 0 unless it exited.</param>
/// <param name="Output">What it printed, also when it was killed in the middle.</param>
/// <param name="Errors">The beginning of its standard error, for people.</param>
/// <param name="Gone">Ends when the process is gone at last; has ended unless it is unkillable or cancelled. Holds the
/// <see cref="System.ComponentModel.Win32Exception"/> of one that could not be started after all.</param>
internal sealed record ProcessOutput(ProcessEnd End, int ExitCode, byte[] Output, string Errors, Task Gone);
