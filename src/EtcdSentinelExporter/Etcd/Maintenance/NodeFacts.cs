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

    /// <summary>Reads the liveness probes of etcd and kube-apiserver. What cannot be read is left out.</summary>
    public async Task<ImmutableArray<ProbeAllowance>> ProbesAsync(CancellationToken cancellationToken) =>
        await WithinAsync(Probes, cancellationToken) ?? [];

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

    private ImmutableArray<ProbeAllowance>? Probes()
    {
        string[] folders = [Path.GetDirectoryName(manifest) ?? "/", Rke2];
        var found = from component in Probed
                    let usual = folders.Select(folder => $"{folder}/{component}.yaml")
                    let path = (component == "etcd" ? usual.Prepend(manifest) : usual).FirstOrDefault(
                        roots.Root.Exists)
                    where path is not null
                    select Probe(component, path);
        return [.. found.OfType<ProbeAllowance>()];
    }

    private ProbeAllowance? Probe(string component, string path)
    {
        try
        {
            return ProbeAllowance.Parse(component, roots.Root.ReadText(path, MaxFileBytes));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
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
