namespace EtcdSentinelExporter.Host;

/// <summary>Timeouts for the end of a process.</summary>
/// <param name="Exit">Time from SIGKILL to exit. A process that waits inside the kernel may never exit; any other exits
/// at once.</param>
/// <param name="Output">Time from exit to the end of its output, which is in the pipe by then. A grandchild that keeps
/// the pipe open is not waited for.</param>
internal sealed record ProcessTimeouts(TimeSpan Exit, TimeSpan Output)
{
    public static ProcessTimeouts Default { get; } =
        new(Exit: TimeSpan.FromSeconds(2), Output: TimeSpan.FromMilliseconds(500));
}
