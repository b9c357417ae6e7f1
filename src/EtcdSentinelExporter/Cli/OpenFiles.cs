using EtcdSentinelExporter.Polling.Self;

namespace EtcdSentinelExporter.Cli;

/// <summary>Checks the limit on open files before anything is opened: without descriptors the runtime ends the program
/// with a stack trace, or worse, "Out of memory."</summary>
internal static class OpenFiles
{
    // Seen: 130 to 150 while idle; the rest is for polls of many certificates, members and drives.
    private const int Idle = 224;

    /// <param name="connections">Sockets that may be open at once.</param>
    /// <returns>A sentence for the user; null if the limit is high enough or unknown.</returns>
    public static string? Problem(int connections) =>
        Problem(connections, new ProcessProbe("/proc", () => 0).MaxOpenFiles());

    /// <inheritdoc cref="Problem(int)"/>
    /// <param name="limit">Soft limit of this process.</param>
    public static string? Problem(int connections, double? limit) => limit < Idle + connections
        ? $"etcd-sentinel-exporter may open {limit} files and needs {Idle + connections}; raise the limit, with "
            + "LimitNOFILE= of systemd or ulimit -n."
        : null;
}
