namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>The files that <c>kubeadm certs check-expiration</c> lists, and kubelet's; also in the layout of
/// kubespray.</summary>
internal static class KubeadmProfile
{
    private const string Kubernetes = "/etc/kubernetes";

    // With certificatesDir, as in minikube, the manifests name other folders than pki.
    public static Profile Kubeadm { get; } = new(
        "kubeadm", [$"{Kubernetes}/pki", $"{Kubernetes}/manifests/{Component.ApiServer}.yaml"],
    [
        .. ControlPlane($"{Kubernetes}/pki"), .. Etcd($"{Kubernetes}/pki/etcd"), .. Kubeconfigs($"{Kubernetes}/pki"),
        .. Kubelet,
    ])
    {
        Manifests = $"{Kubernetes}/manifests",
    };

    // kubespray's own etcd uses another folder, and file names that contain the node's name; the rest is as in kubeadm.
    public static Profile Kubespray { get; } = new("kubespray", ["/etc/ssl/etcd/ssl", $"{Kubernetes}/ssl"],
    [
        .. ControlPlane($"{Kubernetes}/ssl"), .. KubesprayEtcd("/etc/ssl/etcd/ssl"),
        .. Kubeconfigs($"{Kubernetes}/ssl"), .. Kubelet,
    ])
    {
        Manifests = $"{Kubernetes}/manifests",
        ComponentMarks = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, "/etc/etcd.env"),
    };

    private static IEnumerable<ProfileFile> ControlPlane(string pki)
    {
        ImmutableArray<string> api = [Component.ApiServer];
        yield return new("ca", $"{pki}/ca.crt", FileRole.Authority, api)
        {
            // For --root-ca-file, which is published to every service account.
            ReadAtStartBy = [Component.ControllerManager],
        };
        yield return new("front-proxy-ca", $"{pki}/front-proxy-ca.crt", FileRole.Authority, api);
        yield return new("apiserver", $"{pki}/apiserver.crt", FileRole.Leaf, api) { CaFile = $"{pki}/ca.crt" };
        yield return new("apiserver-kubelet-client", $"{pki}/apiserver-kubelet-client.crt", FileRole.Leaf, api)
        {
            CaFile = $"{pki}/ca.crt",
        };
        yield return new("front-proxy-client", $"{pki}/front-proxy-client.crt", FileRole.Leaf, api)
        {
            CaFile = $"{pki}/front-proxy-ca.crt",
        };
        // Required only with etcd on this node: for an external etcd, kubeadm does not create this file and its CA.
        yield return new("apiserver-etcd-client", $"{pki}/apiserver-etcd-client.crt", FileRole.Leaf,
            [Component.ApiServer, Component.Etcd])
        {
            CaFile = $"{pki}/etcd/ca.crt",
        };
    }

    private static IEnumerable<ProfileFile> Etcd(string pki)
    {
        ImmutableArray<string> etcd = [Component.Etcd];
        yield return new("etcd-ca", $"{pki}/ca.crt", FileRole.Authority, etcd) { ReadAtStartBy = etcd };
        foreach (var name in new[] { "server", "peer", "healthcheck-client" })
            yield return new($"etcd-{name}", $"{pki}/{name}.crt", FileRole.Leaf, etcd) { CaFile = $"{pki}/ca.crt" };
    }

    private static IEnumerable<ProfileFile> KubesprayEtcd(string pki)
    {
        ImmutableArray<string> etcd = [Component.Etcd];
        yield return new("etcd-ca", $"{pki}/ca.pem", FileRole.Authority, etcd) { ReadAtStartBy = etcd };
        yield return new("etcd-member", $"{pki}/member-*.pem", FileRole.Leaf, etcd) { CaFile = $"{pki}/ca.pem" };
        yield return new("etcd-admin", $"{pki}/admin-*.pem", FileRole.Leaf, []) { CaFile = $"{pki}/ca.pem" };
        yield return new("etcd-node", $"{pki}/node-*.pem", FileRole.Leaf, []) { CaFile = $"{pki}/ca.pem" };
    }

    private static IEnumerable<ProfileFile> Kubeconfigs(string pki)
    {
        // Not required: admin.conf is often removed from the nodes, and super-admin.conf exists on one node only.
        yield return Kubeconfig("admin.conf", neededBy: null);
        yield return Kubeconfig("super-admin.conf", neededBy: null);
        yield return Kubeconfig("controller-manager.conf", Component.ControllerManager);
        yield return Kubeconfig("scheduler.conf", Component.Scheduler);

        ProfileFile Kubeconfig(string name, string? neededBy) =>
            new(name, $"{Kubernetes}/{name}", FileRole.Kubeconfig, neededBy is null ? [] : [neededBy])
            {
                CaFile = $"{pki}/ca.crt",
                ReadAtStartBy = neededBy is null ? [] : [neededBy],
            };
    }

    public static ImmutableArray<ProfileFile> Kubelet => Kubelets("/var/lib/kubelet/pki");

    /// <summary>kubelet's certificates in a folder. None is required: they depend on kubelet's configuration.</summary>
    public static ImmutableArray<ProfileFile> Kubelets(string pki) =>
    [
        new("kubelet-client", $"{pki}/kubelet-client-current.pem", FileRole.Leaf, []),
        new("kubelet-server", $"{pki}/kubelet-server-current.pem", FileRole.Leaf, []),
        // Self-signed and never renewed. kubelet leaves the file in place once it has a better certificate.
        new("kubelet-server", $"{pki}/kubelet.crt", FileRole.KubeletServer, [])
        {
            Unless = $"{pki}/kubelet-server-current.pem",
        },
    ];
}
