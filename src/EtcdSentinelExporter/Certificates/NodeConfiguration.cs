using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates;

/// <summary>How etcd and the components of Kubernetes are configured on this node. The next poll uses what it cannot
/// read any more.</summary>
/// <param name="Etcd">The etcd on this node; <see langword="null"/> if there is none.</param>
/// <param name="CommandLines">Command lines by component.</param>
/// <param name="Kubelet">The kubelet's configuration; <see langword="null"/> if it is not known.</param>
internal sealed record NodeConfiguration(
    EtcdInstallation? Etcd, ImmutableDictionary<string, ComponentPod> CommandLines, KubeletConfig? Kubelet)
{
    public static NodeConfiguration Nothing { get; } =
        new(Etcd: null, ImmutableDictionary<string, ComponentPod>.Empty, Kubelet: null);
}
