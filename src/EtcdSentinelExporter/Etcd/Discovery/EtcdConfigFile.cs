using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Reads the file of <c>--config-file</c>.</summary>
internal static class EtcdConfigFile
{
    /// <summary>Returns etcd's effective options: those of its configuration file alone if there is one, else flags
    /// and environment.</summary>
    /// <param name="options">Flags and environment.</param>
    /// <param name="toHost">Maps a path inside etcd's container to a host path.</param>
    public static async Task<(EtcdOptions Options, string? ConfigFile)> FollowConfigFileAsync(
        this ConfigReader reader, EtcdOptions options, Func<string, string> toHost, CancellationToken cancellationToken)
    {
        if (options["config-file"] is not { } path)
            return (options, null);
        if (!path.StartsWith('/'))
            throw new FormatException($"starts etcd with the relative configuration file {path}; use an absolute path");
        return (await reader.ReadAsync(toHost(path), EtcdConfigText.Parse, cancellationToken), toHost(path));
    }
}
