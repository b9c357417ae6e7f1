using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Certificates;

/// <summary>How the components of Kubernetes are configured on this node. The next poll uses what it cannot read any
/// more.</summary>
/// <param name="CommandLines">Command lines by component.</param>
/// <param name="Kubelet">The kubelet's configuration; <see langword="null"/> if it is not known.</param>
internal sealed record NodeConfiguration(
    ImmutableDictionary<string, ComponentPod> CommandLines, KubeletConfig? Kubelet)
{
    public static NodeConfiguration Nothing { get; } =
        new(ImmutableDictionary<string, ComponentPod>.Empty, Kubelet: null);
}
