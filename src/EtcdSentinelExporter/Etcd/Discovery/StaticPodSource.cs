using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd as a static pod, as started by kubeadm, RKE2 and others.</summary>
internal sealed class StaticPodSource(ConfigReader reader)
{
    // RKE2 starts etcd with the same file as k3s, also if its data folder is not the usual one.
    private const string RancherConfig = "/server/db/etcd/config";

    /// <summary>Reads the manifest. Returns <see langword="null"/> if it does not exist.</summary>
    public async Task<EtcdInstallation?> FindAsync(string manifest, CancellationToken cancellationToken)
    {
        if (await reader.TryReadAsync(manifest, StaticPod.Parse, cancellationToken) is not { } pod)
            return null;
        var (options, configFile) =
            await reader.FollowConfigFileAsync(pod.Options, pod.Mounts.ToHost, cancellationToken);
        var isRancher = configFile?.EndsWith(RancherConfig, StringComparison.Ordinal) == true;
        var kind = isRancher ? "rke2" : pod.IsKubeadm ? "kubeadm" : "static-pod";
        return new EtcdInstallationBuilder(reader.Files, pod.Mounts.ToHost).Build(kind, manifest, configFile, options);
    }
}
