namespace EtcdSentinelExporter.Host;

internal enum ProcessEnd
{
    Exited,

    /// <summary>Timed out and was killed.</summary>
    Killed,

    /// <summary>Timed out and cannot be killed.</summary>
    Unkillable,

    /// <summary>The caller cancelled. The process was killed, but may not have exited yet.</summary>
    Cancelled,

    /// <summary>Exceeded the output limit and was killed.</summary>
    OutputTooLarge,
}

/// <param name="ExitCode">128 plus the signal number after a signal; 0 unless the process exited.</param>
/// <param name="Output">Standard output, partial if it was killed.</param>
/// <param name="Errors">Beginning of standard error, for messages.</param>
/// <param name="Gone">Completes when the process is gone; already completed unless unkillable or cancelled. Fails with
/// <see cref="System.ComponentModel.Win32Exception"/> if a delayed start failed.</param>
internal sealed record ProcessOutput(ProcessEnd End, int ExitCode, byte[] Output, string Errors, Task Gone);
