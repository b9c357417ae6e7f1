using EtcdSentinelExporter.Polling.Self;

namespace EtcdSentinelExporter.Cli;

/// <summary>Checks the limit on open files at startup.</summary>
/// <remarks>Without free descriptors the .NET runtime crashes with a stack trace, or with "Out of memory.", which
/// hides the cause.</remarks>
internal static class OpenFiles
{
    // 130 to 150 were measured while idle; the rest is for polls of many certificates, members and drives.
    private const int Idle = 224;

    /// <param name="connections">Maximum number of sockets that are open at the same time.</param>
    /// <returns>A message for the user, or null if the limit is sufficient or unknown.</returns>
    public static string? Problem(int connections) =>
        Problem(connections, new ProcessProbe("/proc", () => 0).MaxOpenFiles());

    /// <inheritdoc cref="Problem(int)"/>
    /// <param name="limit">Soft limit of this process; null if unknown.</param>
    public static string? Problem(int connections, double? limit) => limit < Idle + connections
        ? $"open file limit is too low: {limit}, but etcd-sentinel-exporter needs {Idle + connections}; raise it with "
            + "LimitNOFILE= of systemd or ulimit -n."
        : null;
}
