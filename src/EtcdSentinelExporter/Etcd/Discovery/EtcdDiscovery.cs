using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Discovers from the node's files if and how etcd runs on this node.</summary>
/// <remarks>Reads all files each time, so a changed manifest takes effect. The first source with etcd wins. Reads at
/// most a few dozen files of at most 1 MiB. Reads the names of processes if a unit is installed but not
/// enabled.</remarks>
/// <param name="files">The node's files.</param>
/// <param name="proc">The node's /proc, as a separate root.</param>
/// <param name="manifestPath">The setting <c>etcd.manifest</c>.</param>
internal sealed class EtcdDiscovery(HostFiles files, HostFiles proc, string manifestPath)
{
    public const string DefaultManifest = "/etc/kubernetes/manifests/etcd.yaml";

    /// <summary>Reads the files. An unreadable or invalid file is a problem in the result, not an
    /// exception.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two files.</exception>
    public async Task<EtcdDiscovered> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = new ConfigReader(files);
        try
        {
            var found = await FindAsync(reader, cancellationToken);
            if (found is null && manifestPath != DefaultManifest)
                return new(null, reader.LookedAt, Missing());
            var lookedAt = found is null
                ? reader.LookedAt.AddRange(SystemdUnits.SearchedPaths(SystemdSource.Units[0]))
                : reader.LookedAt;
            return new(found, lookedAt, Problem: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new(null, reader.LookedAt, Problem(reader, e));
        }
    }

    private async Task<EtcdInstallation?> FindAsync(ConfigReader reader, CancellationToken cancellationToken)
    {
        var pods = new StaticPodSource(reader);
        var rancher = new RancherSource(reader);
        return await pods.FindAsync(manifestPath, cancellationToken)
            ?? (manifestPath == DefaultManifest ? null : await pods.FindAsync(DefaultManifest, cancellationToken))
            ?? await rancher.FindAsync("k3s", "/var/lib/rancher/k3s", cancellationToken)
            ?? await rancher.FindAsync("rke2", "/var/lib/rancher/rke2", cancellationToken)
            ?? await new SystemdSource(reader, new ProcessTable(proc)).FindAsync(cancellationToken);
    }

    // A configured manifest that does not exist is a mistake, not a node without etcd.
    private EtcdConfigProblem Missing() =>
        new(manifestPath, EtcdConfigProblem.Unreadable,
            $"{manifestPath} does not exist, and no other source of etcd was found; correct etcd.manifest");

    private EtcdConfigProblem Problem(ConfigReader reader, Exception e)
    {
        var path = reader.LookedAt is [.., var last] ? last : manifestPath;
        var reason = e switch
        {
            FormatException => EtcdConfigProblem.Malformed,
            UnauthorizedAccessException => EtcdConfigProblem.Forbidden,
            _ => EtcdConfigProblem.Unreadable,
        };
        var message = e.Message.ReplaceLineEndings(" ");
        return new(path, reason, message.StartsWith('/') ? message : $"{path}: {message}");
    }
}
