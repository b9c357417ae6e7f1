using System.Net;
using System.Net.NetworkInformation;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Where <c>recover</c> may write on this machine: not on a disk of etcd.</summary>
internal sealed class RecoverFolders(IServiceProvider services, SettingValues settings, CommandContext context)
{
    /// <summary>Host paths of etcd's folders on this node, by the settings and by discovery.</summary>
    public async Task<ImmutableArray<string>> OfEtcdAsync(CancellationToken stopping)
    {
        var found = await services.GetRequiredService<EtcdOnNode>().GetAsync(stopping);
        string?[] configured = [settings.Get(RoleSettings.DataDir), settings.Get(RoleSettings.WalDir)];
        return
        [
            .. found.Installations.SelectMany(etcd => (string?[])[etcd.DataDir, etcd.WalDir]).Concat(configured)
                .OfType<string>().Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Compares folders with those of etcd, unless etcd runs on other machines only.</summary>
    /// <param name="etcdFolders">Result of <see cref="OfEtcdAsync"/>.</param>
    public EtcdDiskCheck Check(ImmutableArray<string> etcdFolders) =>
        new(services.GetRequiredService<NodeRoots>(), context.Clock)
        {
            IsRemote = etcdFolders.IsEmpty && IsRemote(
                settings.Get(EtcdSettings.Endpoints),
                [.. IPGlobalProperties.GetIPGlobalProperties().GetUnicastAddresses().Select(one => one.Address)]),
        };

    /// <summary>True if endpoints are set, and none has an address of this machine.</summary>
    /// <param name="local">Addresses of this machine.</param>
    public static bool IsRemote(ImmutableArray<EtcdEndpoint> endpoints, ImmutableArray<IPAddress> local) =>
        !endpoints.IsEmpty && !endpoints.Any(endpoint => endpoint.Address.IsLoopback
            || (IPAddress.TryParse(endpoint.Address.DnsSafeHost, out var address) && local.Contains(address)));

    /// <summary>Path of the journal; <see langword="null"/> if no folder is known.</summary>
    public string? JournalOf(ExecuteOptions execute) => execute.Journal
        ?? (context.StateFolder is { } folder ? Path.Combine(folder, "recover.jsonl") : null);

    /// <summary>Finds the place of the journal. /run is in memory, so the usual one survives all but a restart of the
    /// node.</summary>
    /// <returns>The path, or why there is none.</returns>
    public async Task<(string? Path, string Reason)> JournalAsync(
        ExecuteOptions execute, EtcdDiskCheck disks, ImmutableArray<string> etcdFolders, CancellationToken stopping)
    {
        var path = JournalOf(execute);
        if (path is null || Path.GetDirectoryName(path) is not { } parent)
            return (null, "No folder is known.");
        if (execute.Journal is null && OperatingSystem.IsLinux())
        {
            Directory.CreateDirectory(
                parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return await disks.WhyNotAsync(parent, etcdFolders, stopping) is { } reason ? (null, reason) : (path, "");
    }
}
