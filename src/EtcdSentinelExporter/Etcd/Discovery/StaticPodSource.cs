using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>etcd as a static pod, as kubeadm, RKE2 and others start it.</summary>
internal sealed class StaticPodSource(ConfigReader reader)
{
    // RKE2 starts etcd with the file that k3s would write, also when its data folder is not the usual one.
    private const string RancherConfig = "/server/db/etcd/config";

    /// <summary>Absent when there is no manifest at the path.</summary>
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
