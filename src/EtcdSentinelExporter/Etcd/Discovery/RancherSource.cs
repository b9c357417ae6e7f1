using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Text;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd inside k3s, or started by RKE2: both write etcd's own configuration file.</summary>
/// <param name="kind"><c>k3s</c> or <c>rke2</c>.</param>
/// <param name="unit">The service of its servers.</param>
/// <param name="known">Result of the last call, for the case that its settings are lost while it runs.</param>
internal sealed class RancherSource(
    ConfigReader reader, string kind, string unit, ImmutableArray<EtcdInstallation> known)
{
    private const string EtcdConfig = "/server/db/etcd/config";
    private const string DataDir = "data-dir";
    private const string External = "datastore-endpoint";

    /// <summary>Reads the configuration file. Returns <see langword="null"/> if there is none, and if another datastore
    /// is used.</summary>
    /// <param name="other">Gets a sentence that names the other datastore.</param>
    /// <exception cref="FormatException">etcd is configured, but its file is missing or invalid.</exception>
    public async Task<EtcdInstallation?> FindAsync(Action<string> other, CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(cancellationToken);
        var folder = settings.GetValueOrDefault(DataDir) is ['/', ..] set
            ? set.TrimEnd('/')
            : DefaultFolder();
        var path = folder + EtcdConfig;
        // k3s uses etcd if etcd's write-ahead log exists. A state.db without one means SQLite, whatever files an
        // earlier setup left behind.
        var sqlite = $"{folder}/server/db/state.db";
        if (reader.Files.Exists(sqlite) && !reader.Files.Exists($"{folder}/server/db/etcd/member/wal"))
        {
            other($"{kind} uses SQLite ({sqlite}), not etcd");
            return null;
        }
        if (await reader.TryReadAsync(path, Parse, cancellationToken) is { } options)
        {
            return new EtcdInstallationBuilder(reader.Files, toHost: same => same).Build(kind, path, path, options) with
            {
                Snapshots = SnapshotSchedule.From(folder, settings),
            };
        }
        // The endpoint contains a password, so it is not named.
        if (settings.ContainsKey(External))
        {
            other($"{kind} uses an external datastore ({External})");
        }
        else if (settings.GetValueOrDefault("cluster-init") == "true")
        {
            throw new FormatException(
                $"{path} does not exist, although cluster-init is set; start {unit}, or mount that folder here");
        }
        return null;
    }

    // A crash may leave an empty file of settings, and the data stays where it was.
    private string DefaultFolder()
    {
        var folder = $"/var/lib/rancher/{kind}";
        var last = known.FirstOrDefault(etcd => etcd.Kind == kind)?.ConfigFile;
        return last?.EndsWith(EtcdConfig, StringComparison.Ordinal) == true
            && reader.Empty.Any(path => path.StartsWith($"/etc/rancher/{kind}/", StringComparison.Ordinal))
            && !reader.Files.Exists(folder + EtcdConfig)
            ? last[..^EtcdConfig.Length]
            : folder;
    }

    // k3s always writes these two options and a final line break: a file without them is half written.
    public static EtcdOptions Parse(string text)
    {
        var options = EtcdConfigText.Parse(text);
        return text.EndsWith('\n') && options["data-dir"] is not null && options["listen-client-urls"] is not null
            ? options
            : throw new FormatException("is truncated; restart the service that writes it");
    }

    // Flags of the unit override the files, and a later file overrides an earlier one.
    private async Task<ImmutableDictionary<string, string>> SettingsAsync(CancellationToken cancellationToken)
    {
        var main = $"/etc/rancher/{kind}/config.yaml";
        var more = reader.Files.List($"{main}.d").Where(path => Path.GetExtension(path) is ".yaml" or ".yml");
        var settings = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (var path in more.Prepend(main))
            settings = settings.SetItems(await reader.TryReadAsync(path, ParseSettings, cancellationToken) ?? []);
        return settings.SetItems(await FlagsAsync(cancellationToken));
    }

    private static ImmutableDictionary<string, string> ParseSettings(string text) =>
        (YamlText.Parse(text) as YamlMappingNode)?.Children
            .Select(pair => (Key: pair.Key.Text(), Value: pair.Value.Text()))
            .Where(pair => pair is { Key: not null, Value: not null })
            .ToImmutableDictionary(pair => pair.Key!, pair => pair.Value!, StringComparer.Ordinal)
        ?? [];

    // The installation script writes the arguments of its command line into the unit.
    private async Task<ImmutableDictionary<string, string>> FlagsAsync(CancellationToken cancellationToken)
    {
        if (await new SystemdUnits(reader).ReadAsync(unit, cancellationToken) is not { } found
            || found.Text.List("ExecStart") is not [.., var line])
        {
            return [];
        }
        var flags = GoFlags.Parse([.. ShellWords.Split(line).SkipWhile(word => word is not ['-', ..])]);
        return flags.TryGetValue("d", out var folder) ? flags.SetItem(DataDir, folder) : flags;
    }
}
