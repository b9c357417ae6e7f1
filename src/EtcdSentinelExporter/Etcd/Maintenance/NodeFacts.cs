using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>What this node's files say for a defragmentation: room, liveness probes, other programs that
/// defragment.</summary>
/// <param name="manifest">The setting <c>etcd.manifest</c>: kube-apiserver's is in the same folder.</param>
/// <param name="dataDir">The setting <c>storage.data-dir</c>; <see langword="null"/> for the discovered one.</param>
internal sealed class NodeFacts(NodeRoots roots, string manifest, string? dataDir, TimeProvider clock)
{
    private const int MaxFileBytes = 1 << 20;
    private const string Rke2 = "/var/lib/rancher/rke2/agent/pod-manifests";
    private const string OpenShiftPod = "/etc/kubernetes/manifests/etcd-pod.yaml";

    // A disk that is hanging must not hold up the answer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private static readonly ImmutableArray<string> Probed = ["etcd", "kube-apiserver"];

    private static readonly ImmutableArray<string> DruidPrograms = ["etcdbrctl", "etcd-wrapper"];

    /// <summary>Available bytes below the data directory; <see langword="null"/> if unknown.</summary>
    public async Task<long?> FreeBytesAsync(EtcdInstallation? installation, CancellationToken cancellationToken) =>
        (dataDir ?? installation?.DataDir) is { } folder
            ? await WithinAsync(() => Free($"{folder.TrimEnd('/')}/member/snap") ?? Free(folder), cancellationToken)
            : null;

    /// <summary>Reads the liveness probes of etcd and kube-apiserver.</summary>
    public async Task<NodeProbes> ProbesAsync(CancellationToken cancellationToken) =>
        await WithinAsync(Probes, cancellationToken) ?? new([], [Path.GetDirectoryName(manifest) ?? manifest]);

    /// <summary>Names programs of this node that defragment by themselves.</summary>
    public async Task<ImmutableArray<string>> OtherActorsAsync(CancellationToken cancellationToken) =>
        await WithinAsync(OtherActors, cancellationToken) ?? [];

    private async Task<T?> WithinAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await DedicatedThread.Run(read).WaitAsync(Limit, clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private long? Free(string folder) =>
        FileSystemSpace.Read(roots.Root.RealPath(folder)) is { } space ? (long)space.AvailableBytes : null;

    private NodeProbes? Probes()
    {
        string[] folders = [Path.GetDirectoryName(manifest) ?? "/", Rke2];
        var known = ImmutableArray.CreateBuilder<ProbeAllowance>();
        var unread = ImmutableArray.CreateBuilder<string>();
        foreach (var component in Probed)
        {
            var usual = folders.Select(folder => $"{folder}/{component}.yaml");
            var path = (component == "etcd" ? usual.Prepend(manifest) : usual).FirstOrDefault(roots.Root.Exists);
            try
            {
                if (path is not null && ProbeAllowance.Parse(
                    component, roots.Root.ReadText(path, MaxFileBytes)) is { } probe)
                {
                    known.Add(probe);
                }
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                unread.Add(path!);
            }
        }
        return new(known.ToImmutable(), unread.ToImmutable());
    }

    private ImmutableArray<string>? OtherActors()
    {
        var druid = new ProcessTable(roots.Proc).Find(DruidPrograms).Select(
            process => $"etcd-druid (process {process.Name} runs on this node)").Distinct(StringComparer.Ordinal);
        return roots.Root.Exists(OpenShiftPod)
            ? [.. druid, $"OpenShift's cluster-etcd-operator ({OpenShiftPod} exists)"]
            : [.. druid];
    }
}
