namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>What the parts of the control plane are called, in labels and in manifests.</summary>
internal static class Component
{
    public const string Etcd = "etcd";
    public const string ApiServer = "kube-apiserver";
    public const string ControllerManager = "kube-controller-manager";
    public const string Scheduler = "kube-scheduler";
    public const string Kubelet = "kubelet";
}
