using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd as a child of k0s, which writes no configuration file for it.</summary>
internal sealed class K0sSource(ConfigReader reader)
{
    private const string Unit = "k0scontroller.service";
    private const string ClientUrl = "https://127.0.0.1:2379";

    /// <summary>Returns etcd with the options of its process if it runs, else with those that k0s always sets.
    /// <see langword="null"/> without etcd's data or certificates.</summary>
    /// <param name="processes">The etcd processes of the node.</param>
    /// <param name="other">Gets a sentence that names another datastore.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    public async Task<EtcdInstallation?> FindAsync(
        ImmutableArray<EtcdProcess> processes, Action<string> other, CancellationToken cancellationToken)
    {
        var folder = await FolderAsync(cancellationToken);
        if (!reader.Files.Exists($"{folder}/etcd/member") && !reader.Files.Exists($"{folder}/pki/etcd/server.crt"))
        {
            if (reader.Files.Exists($"{folder}/db/state.db"))
                other($"k0s uses SQLite ({folder}/db/state.db), not etcd");
            return null;
        }
        var running = processes.FirstOrDefault(process => process.Options["data-dir"] == $"{folder}/etcd");
        var found = new EtcdInstallationBuilder(reader.Files, toHost: same => same)
            .Build("k0s", folder, configFile: null, running?.Options ?? Usual(folder));
        // Its configuration may add options, which only the process shows.
        if (running is null)
            found = found with { QuotaIsKnown = false, CompactionRetention = null };
        return found with { Unit = Unit };
    }

    private async Task<string> FolderAsync(CancellationToken cancellationToken)
    {
        var unit = await new SystemdUnits(reader).ReadAsync(Unit, cancellationToken);
        var words = ShellWords.Split(unit?.Text.List("ExecStart").LastOrDefault() ?? "");
        var flags = GoFlags.Parse([.. words.SkipWhile(word => word is not ['-', ..])]);
        return flags.GetValueOrDefault("data-dir") is ['/', ..] set ? set.TrimEnd('/') : "/var/lib/k0s";
    }

    private static EtcdOptions Usual(string folder) => new(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["data-dir"] = $"{folder}/etcd",
            ["listen-client-urls"] = ClientUrl,
            ["advertise-client-urls"] = ClientUrl,
            ["client-cert-auth"] = "true",
            ["trusted-ca-file"] = $"{folder}/pki/etcd/ca.crt",
            ["cert-file"] = $"{folder}/pki/etcd/server.crt",
            ["key-file"] = $"{folder}/pki/etcd/server.key",
            ["peer-trusted-ca-file"] = $"{folder}/pki/etcd/ca.crt",
            ["peer-cert-file"] = $"{folder}/pki/etcd/peer.crt",
            ["peer-key-file"] = $"{folder}/pki/etcd/peer.key",
        }.ToImmutableDictionary(StringComparer.Ordinal),
        Hidden: []);
}
