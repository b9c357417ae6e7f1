namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>Distributions with automatic renewal: k0s, Talos and OpenShift. Their files are read in case the renewal
/// fails.</summary>
internal static class OtherProfiles
{
    private const string Resources = "/etc/kubernetes/static-pod-resources";
    private const string TalosSecrets = "/system/secrets";
    private const string K0sPki = "/var/lib/k0s/pki";

    private static readonly ImmutableArray<string> ByEtcd = [Component.Etcd];

    public static Profile K0s { get; } = new("k0s", [K0sPki],
    [
        new("ca", $"{K0sPki}/ca.crt", FileRole.Authority, []),
        new("front-proxy-ca", $"{K0sPki}/front-proxy-ca.crt", FileRole.Authority, []),
        Leaf("apiserver", $"{K0sPki}/apiserver.crt", $"{K0sPki}/ca.crt"),
        Leaf("apiserver-kubelet-client", $"{K0sPki}/apiserver-kubelet-client.crt", $"{K0sPki}/ca.crt"),
        Leaf("front-proxy-client", $"{K0sPki}/front-proxy-client.crt", $"{K0sPki}/front-proxy-ca.crt"),
        new("etcd-ca", $"{K0sPki}/etcd/ca.crt", FileRole.Authority, ByEtcd) { ReadAtStartBy = ByEtcd },
        Leaf("etcd-server", $"{K0sPki}/etcd/server.crt", $"{K0sPki}/etcd/ca.crt") with { NeededBy = ByEtcd },
        Leaf("etcd-peer", $"{K0sPki}/etcd/peer.crt", $"{K0sPki}/etcd/ca.crt") with { NeededBy = ByEtcd },
        Leaf("apiserver-etcd-client", $"{K0sPki}/apiserver-etcd-client.crt", $"{K0sPki}/etcd/ca.crt"),
        new("admin.conf", $"{K0sPki}/admin.conf", FileRole.Kubeconfig, []) { CaFile = $"{K0sPki}/ca.crt" },
        .. KubeadmProfile.Kubelets("/var/lib/k0s/kubelet/pki"),
    ])
    {
        ComponentMarks = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, "/var/lib/k0s/etcd/member"),
        Listeners = [new(Component.ApiServer, 6443, $"{K0sPki}/apiserver.crt")],
    };

    public static Profile Talos { get; } = new("talos", [$"{TalosSecrets}/etcd", $"{TalosSecrets}/kubernetes"],
    [
        new("etcd-ca", $"{TalosSecrets}/etcd/ca.crt", FileRole.Authority, ByEtcd) { ReadAtStartBy = ByEtcd },
        .. new[] { "server", "peer", "admin" }.Select(name =>
            Leaf($"etcd-{name}", $"{TalosSecrets}/etcd/{name}.crt", $"{TalosSecrets}/etcd/ca.crt")
                with { NeededBy = ByEtcd }),
        .. TalosApiServer($"{TalosSecrets}/kubernetes/kube-apiserver"),
        .. new[] { Component.ControllerManager, Component.Scheduler }.Select(name =>
            new ProfileFile($"{name}.conf", $"{TalosSecrets}/kubernetes/{name}/kubeconfig", FileRole.Kubeconfig, [])
            {
                ReadAtStartBy = [name],
            }),
        .. KubeadmProfile.Kubelet,
    ])
    {
        ComponentMarks = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, $"{TalosSecrets}/etcd"),
        Listeners =
        [
            new(Component.ApiServer, 6443, $"{TalosSecrets}/kubernetes/kube-apiserver/apiserver.crt"),
        ],
    };

    // Each node has the certificates of all nodes.
    public static Profile OpenShift { get; } = new("openshift", [Resources],
    [
        new("etcd-ca", $"{Resources}/etcd-certs/configmaps/etcd-all-bundles/*-ca-bundle.crt",
            FileRole.Authority, ByEtcd),
        .. new[] { "serving", "peer", "serving-metrics" }.Select(name => new ProfileFile(
            $"etcd-{name}", $"{Resources}/etcd-certs/secrets/etcd-all-certs/etcd-{name}-*.crt", FileRole.Leaf, [])),
        new("kube-apiserver-certs", $"{Resources}/kube-apiserver-certs/secrets/*/tls.crt", FileRole.Leaf, []),
        new("kube-controller-manager-certs", $"{Resources}/kube-controller-manager-certs/secrets/*/tls.crt",
            FileRole.Leaf, []),
        new("kube-scheduler-certs", $"{Resources}/kube-scheduler-certs/secrets/*/tls.crt", FileRole.Leaf, []),
        .. KubeadmProfile.Kubelet,
    ])
    {
        Manifests = "/etc/kubernetes/manifests",
        ManifestSuffix = "-pod",
    };

    private static IEnumerable<ProfileFile> TalosApiServer(string folder)
    {
        yield return new("ca", $"{folder}/ca.crt", FileRole.Authority, []);
        yield return new("aggregator-ca", $"{folder}/aggregator-ca.crt", FileRole.Authority, []);
        yield return new("apiserver-etcd-ca", $"{folder}/etcd-client-ca.crt", FileRole.Authority, []);
        yield return Leaf("apiserver", $"{folder}/apiserver.crt", $"{folder}/ca.crt");
        yield return Leaf("apiserver-kubelet-client", $"{folder}/apiserver-kubelet-client.crt", $"{folder}/ca.crt");
        yield return Leaf("apiserver-etcd-client", $"{folder}/etcd-client.crt", $"{folder}/etcd-client-ca.crt");
        yield return Leaf("front-proxy-client", $"{folder}/front-proxy-client.crt", $"{folder}/aggregator-ca.crt");
    }

    private static ProfileFile Leaf(string name, string path, string ca) =>
        new(name, path, FileRole.Leaf, []) { CaFile = ca };
}
