using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Discovers from the node's files and processes if and how etcd runs on this node.</summary>
/// <remarks>Reads all files each time, so a changed manifest takes effect. Reads at most a few dozen files of at most
/// 1 MiB. <see cref="NodeSearch"/> looks at units and processes less often. Not for concurrent use.</remarks>
/// <param name="files">The node's files.</param>
/// <param name="processes"><see langword="null"/> to look at files only.</param>
/// <param name="manifestPath">The setting <c>etcd.manifest</c>.</param>
internal sealed class EtcdDiscovery(
    HostFiles files, ProcessTable? processes, string manifestPath, TimeProvider clock)
{
    public const string DefaultManifest = "/etc/kubernetes/manifests/etcd.yaml";

    private const string Microk8s = "/var/snap/microk8s/current/args/k8s-dqlite";

    private readonly NodeSearch _search = new(files, processes, clock);

    // Known by their processes alone, and so by nothing else once these have ended.
    private ImmutableArray<KnownProcess> _processes = [];

    private ImmutableArray<EtcdInstallation> _installations = [];

    /// <summary>Reads the files. An unreadable or invalid file is a problem in the result, not an
    /// exception.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two files.</exception>
    public async Task<EtcdDiscovered> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = new ConfigReader(files);
        var findings = new DiscoveryFindings(reader);
        cancellationToken.ThrowIfCancellationRequested();
        var search = await SearchAsync(findings, cancellationToken);
        await FindInPodsAsync(findings, reader, cancellationToken);
        await FindInDistributionsAsync(findings, reader, search, cancellationToken);
        await FindInUnitsAsync(findings, reader, search, cancellationToken);
        _processes = await new ProcessSource(reader, findings, clock)
            .FindAsync(search.Processes, _processes, cancellationToken);
        // A configured manifest that does not exist is a mistake, not a node without etcd.
        if (!findings.IsExpected && manifestPath != DefaultManifest)
        {
            findings.AddProblem(EtcdEvidence.Settings, new(manifestPath, EtcdConfigProblem.Unreadable,
                $"{manifestPath} does not exist, and no other source of etcd was found; correct etcd.manifest")
            {
                Origin = EtcdEvidence.Settings,
            });
        }
        foreach (var datastore in search.OtherDatastores)
            findings.AddOther(datastore);
        var found = findings.ToResult(findings.IsExpected
            ? reader.LookedAt
            : reader.LookedAt.AddRange(SystemdUnits.SearchedPaths(NodeSearch.UsualUnits[0])));
        _installations = found.Installations;
        var warnings = search.Warnings.Concat(reader.Empty.Select(NodeSearch.EmptyFile));
        return found with { Warnings = [.. warnings.Distinct(StringComparer.Ordinal)] };
    }

    private async Task<NodeSearchResult> SearchAsync(
        DiscoveryFindings findings, CancellationToken cancellationToken)
    {
        try
        {
            return await _search.GetAsync(cancellationToken);
        }
        // A folder that cannot be listed says nothing of etcd, but something may be hidden in it.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.AddProblem(source: null, EtcdConfigProblem.From("/etc/systemd/system", e));
            return _search.Last;
        }
    }

    private async Task FindInPodsAsync(
        DiscoveryFindings findings, ConfigReader reader, CancellationToken cancellationToken)
    {
        var pods = new StaticPodSource(reader);
        foreach (var path in new[] { manifestPath, DefaultManifest }.Distinct(StringComparer.Ordinal))
        {
            await findings.TryAsync(
                EtcdEvidence.Manifest, EtcdEvidence.Manifest, () => pods.FindAsync(path, cancellationToken));
            if (findings.IsExpected)
                return;
        }
    }

    private async Task FindInDistributionsAsync(
        DiscoveryFindings findings, ConfigReader reader, NodeSearchResult search, CancellationToken cancellationToken)
    {
        var k3s = new RancherSource(reader, "k3s", "k3s.service", _installations);
        var rke2 = new RancherSource(reader, "rke2", "rke2-server.service", _installations);
        var k0s = new K0sSource(reader);
        await TryAsync(EtcdEvidence.K3s, () => k3s.FindAsync(findings.AddOther, cancellationToken));
        await TryAsync(EtcdEvidence.Rke2, () => rke2.FindAsync(findings.AddOther, cancellationToken));
        await TryAsync(EtcdEvidence.K0s, () => k0s.FindAsync(search.Processes, findings.AddOther, cancellationToken));
        if (files.Exists(Microk8s))
            findings.AddOther($"MicroK8s uses dqlite ({Microk8s}), not etcd");

        Task TryAsync(string source, Func<Task<EtcdInstallation?>> find) => findings.TryAsync(source, source, find);
    }

    private static async Task FindInUnitsAsync(
        DiscoveryFindings findings, ConfigReader reader, NodeSearchResult search, CancellationToken cancellationToken)
    {
        var units = new SystemdSource(reader);
        var quadlets = new QuadletSource(reader);
        foreach (var name in search.Units)
            await findings.TryAsync(EtcdEvidence.Unit, name, () => units.FindAsync(name, cancellationToken));
        foreach (var path in search.Quadlets)
            await findings.TryAsync(EtcdEvidence.Unit, path, () => quadlets.ReadAsync(path, cancellationToken));
    }
}
