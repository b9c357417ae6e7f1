using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd inside k3s, or started by RKE2: both write etcd's own configuration file.</summary>
internal sealed class RancherSource(ConfigReader reader)
{
    /// <param name="kind"><c>k3s</c> or <c>rke2</c>.</param>
    /// <summary>Reads the configuration file.</summary>
    /// <param name="folder">Data folder of the distribution.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns><see langword="null"/> if there is no such file, and if k3s uses SQLite.</returns>
    public async Task<EtcdInstallation?> FindAsync(string kind, string folder, CancellationToken cancellationToken)
    {
        var path = $"{folder}/server/db/etcd/config";
        // k3s uses etcd if etcd's write-ahead log exists. A state.db without one means SQLite, whatever files an
        // earlier setup left behind.
        var isSqlite = reader.Files.Exists($"{folder}/server/db/state.db")
            && !reader.Files.Exists($"{folder}/server/db/etcd/member/wal");
        return !isSqlite && await reader.TryReadAsync(path, Parse, cancellationToken) is { } options
            ? new EtcdInstallationBuilder(reader.Files, toHost: same => same).Build(kind, path, path, options)
            : null;
    }

    // k3s always writes these two options and a final line break: a file without them is half written.
    public static EtcdOptions Parse(string text)
    {
        var options = EtcdConfigText.Parse(text);
        return text.EndsWith('\n') && options["data-dir"] is not null && options["listen-client-urls"] is not null
            ? options
            : throw new FormatException("is truncated; restart the service that writes it");
    }
}
