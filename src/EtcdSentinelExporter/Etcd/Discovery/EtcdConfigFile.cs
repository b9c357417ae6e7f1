using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Follows <c>--config-file</c>.</summary>
internal static class EtcdConfigFile
{
    /// <summary>What etcd ends up with: its configuration file alone if it is given one, else flags and
    /// environment.</summary>
    /// <param name="given">Flags and environment.</param>
    /// <param name="toHost">From a path that etcd sees to the node's.</param>
    public static async Task<(EtcdOptions Options, string? ConfigFile)> FollowConfigFileAsync(
        this ConfigReader reader, EtcdOptions given, Func<string, string> toHost, CancellationToken cancellationToken)
    {
        if (given["config-file"] is not { } path)
            return (given, null);
        if (!path.StartsWith('/'))
            throw new FormatException($"starts etcd with the configuration file {path}; name it by an absolute path");
        return (await reader.ReadAsync(toHost(path), EtcdConfigText.Parse, cancellationToken), toHost(path));
    }
}
