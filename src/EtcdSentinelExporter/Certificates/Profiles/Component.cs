namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>Names of the control plane's components, in labels and manifests.</summary>
internal static class Component
{
    public const string Etcd = "etcd";
    public const string ApiServer = "kube-apiserver";
    public const string ControllerManager = "kube-controller-manager";
    public const string Scheduler = "kube-scheduler";
    public const string Kubelet = "kubelet";
}
