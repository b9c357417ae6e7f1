namespace EtcdSentinelExporter.Host;

/// <summary>A process of the node.</summary>
/// <param name="Name">Name from the kernel: at most 15 characters.</param>
/// <param name="Words">Words of its command line.</param>
/// <param name="StartedAt">Start time, precise to a second, as is the kernel's boot time.</param>
internal sealed record HostProcess(string Name, ImmutableArray<string> Words, DateTimeOffset StartedAt)
{
    public int Id { get; init; }

    /// <summary>Its control groups, as in <c>/proc/PID/cgroup</c>; empty if they cannot be read.</summary>
    public string Groups { get; init; } = "";

    /// <summary>Its systemd service; <see langword="null"/> in a container, in a user's session, and if it cannot be
    /// read.</summary>
    public string? Unit { get; init; }
}
