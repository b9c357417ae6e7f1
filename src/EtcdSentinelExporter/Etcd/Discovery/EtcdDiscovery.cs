using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds out from the node's own files whether and how etcd runs here.</summary>
/// <remarks>Reads everything anew each time, so that a changed manifest is taken up. The first place that knows of etcd
/// wins. Reads at most a few dozen files of at most 1 MiB, and the names of processes where a unit is installed but not
/// enabled.</remarks>
/// <param name="files">The node's files.</param>
/// <param name="proc">The node's /proc, as a root of its own.</param>
/// <param name="manifestPath">The setting <c>etcd.manifest</c>.</param>
internal sealed class EtcdDiscovery(HostFiles files, HostFiles proc, string manifestPath)
{
    public const string DefaultManifest = "/etc/kubernetes/manifests/etcd.yaml";

    /// <summary>Never throws for what is in the files, or that they cannot be read: that is a problem in the
    /// answer.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two files.</exception>
    public async Task<EtcdDiscovered> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = new ConfigReader(files);
        try
        {
            var found = await FindAsync(reader, cancellationToken);
            if (found is null && manifestPath != DefaultManifest)
                return new(null, reader.LookedAt, Missing());
            var lookedAt = found is null ? reader.LookedAt.AddRange(SystemdUnits.SearchedPaths) : reader.LookedAt;
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
            ?? await new SystemdSource(reader, new RunningUnits(proc)).FindAsync(cancellationToken);
    }

    // A manifest that somebody named and that is not there is a mistake, not a node without etcd.
    private EtcdConfigProblem Missing() =>
        new(manifestPath, EtcdConfigProblem.Unreadable,
            $"{manifestPath} does not exist, nor does anything else say how etcd runs; correct etcd.manifest");

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
