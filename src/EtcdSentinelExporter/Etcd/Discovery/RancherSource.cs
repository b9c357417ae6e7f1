using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>etcd inside k3s, or started by RKE2: both write etcd's own configuration file.</summary>
internal sealed class RancherSource(ConfigReader reader)
{
    /// <param name="kind"><c>k3s</c> or <c>rke2</c>.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>Absent when there is no such file, and where k3s keeps its data in SQLite.</returns>
    public async Task<EtcdInstallation?> FindAsync(string kind, string folder, CancellationToken cancellationToken)
    {
        var path = $"{folder}/server/db/etcd/config";
        // k3s uses etcd when etcd's log is there. A file state.db without it is SQLite, whatever an earlier try left
        // behind.
        var isSqlite = reader.Files.Exists($"{folder}/server/db/state.db")
            && !reader.Files.Exists($"{folder}/server/db/etcd/member/wal");
        return !isSqlite && await reader.TryReadAsync(path, Parse, cancellationToken) is { } options
            ? new EtcdInstallationBuilder(reader.Files, toHost: inside => inside).Build(kind, path, path, options)
            : null;
    }

    // k3s always ends the file with a line break and always writes these two, so what lacks them is half written.
    public static EtcdOptions Parse(string text)
    {
        var options = EtcdConfigText.Parse(text);
        return text.EndsWith('\n') && options["data-dir"] is not null && options["listen-client-urls"] is not null
            ? options
            : throw new FormatException("is cut off; restart the service that writes it");
    }
}
