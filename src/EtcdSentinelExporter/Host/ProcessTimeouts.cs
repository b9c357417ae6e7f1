namespace EtcdSentinelExporter.Host;

/// <summary>How long the end of a process may take.</summary>
/// <param name="Exit">From SIGKILL to its exit. A process that is not in the kernel dies at once; one that is may stay
/// for ever.</param>
/// <param name="Output">From its exit to the end of its output, which is in the pipe by then. A grandchild that holds
/// the pipe open has nothing to add.</param>
internal sealed record ProcessTimeouts(TimeSpan Exit, TimeSpan Output)
{
    public static ProcessTimeouts Default { get; } =
        new(Exit: TimeSpan.FromSeconds(2), Output: TimeSpan.FromMilliseconds(500));
}
