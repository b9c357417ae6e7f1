namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>A command-line flag that names a certificate file or a kubeconfig.</summary>
/// <param name="Component">The component with that flag.</param>
/// <param name="Flag">Name of the flag, without dashes.</param>
/// <param name="Name">Name of the file in labels, unless a profile has one for its path.</param>
/// <param name="Role">Purpose of the file.</param>
internal sealed record FileFlag(string Component, string Flag, string Name, FileRole Role)
{
    /// <summary>The flag that names the CA of the leaf; <see langword="null"/> if no flag does.</summary>
    public (string Component, string Flag)? Ca { get; init; }

    /// <summary>True if the component reads the file only at startup.</summary>
    public bool IsReadAtStart { get; init; }

    /// <summary>True if the component may run without the file.</summary>
    public bool IsOptional { get; init; }

    /// <summary>All flags. If two name one file, the first decides its name.</summary>
    public static ImmutableArray<FileFlag> All { get; } =
    [
        // kubeadm has one CA for all purposes, and calls it "ca".
        new(Profiles.Component.ControllerManager, "root-ca-file", "ca", FileRole.Authority) { IsReadAtStart = true },
        .. OfApiServer(), .. OfControllerManager(), .. OfClient(Profiles.Component.Scheduler, "scheduler"),
        .. OfKubelet(),
    ];

    private static IEnumerable<FileFlag> OfApiServer()
    {
        const string Api = Profiles.Component.ApiServer;
        yield return new(Api, "client-ca-file", "client-ca", FileRole.Authority);
        yield return new(Api, "requestheader-client-ca-file", "front-proxy-ca", FileRole.Authority);
        yield return new(Api, "etcd-cafile", "apiserver-etcd-ca", FileRole.Authority);
        yield return new(Api, "kubelet-certificate-authority", "kubelet-ca", FileRole.Authority);
        yield return new(Api, "tls-cert-file", "apiserver", FileRole.Leaf)
        {
            // Pods verify the API server with it.
            Ca = (Profiles.Component.ControllerManager, "root-ca-file"),
        };
        yield return new(Api, "kubelet-client-certificate", "apiserver-kubelet-client", FileRole.Leaf);
        yield return new(Api, "proxy-client-cert-file", "front-proxy-client", FileRole.Leaf)
        {
            Ca = (Api, "requestheader-client-ca-file"),
        };
        yield return new(Api, "etcd-certfile", "apiserver-etcd-client", FileRole.Leaf);
        foreach (var webhook in new[] { "authentication-token-webhook", "authorization-webhook", "audit-webhook" })
            yield return new(Api, $"{webhook}-config-file", webhook, FileRole.Kubeconfig) { IsReadAtStart = true };
    }

    private static IEnumerable<FileFlag> OfControllerManager()
    {
        const string Manager = Profiles.Component.ControllerManager;
        foreach (var flag in OfClient(Manager, "controller-manager"))
            yield return flag;
        foreach (var purpose in new[]
        {
            "", "-kube-apiserver-client", "-kubelet-client", "-kubelet-serving", "-legacy-unknown",
        })
        {
            yield return new(
                Manager, $"cluster-signing{purpose}-cert-file", $"cluster-signing{purpose}-ca", FileRole.Authority);
        }
    }

    // Controller manager and scheduler.
    private static IEnumerable<FileFlag> OfClient(string component, string name)
    {
        yield return Kubeconfig("kubeconfig", $"{name}.conf");
        yield return Kubeconfig("authentication-kubeconfig", $"{name}-authentication.conf");
        yield return Kubeconfig("authorization-kubeconfig", $"{name}-authorization.conf");
        yield return new(component, "tls-cert-file", component, FileRole.Leaf);
        yield return new(component, "client-ca-file", $"{name}-client-ca", FileRole.Authority);
        yield return new(component, "requestheader-client-ca-file", $"{name}-front-proxy-ca", FileRole.Authority);

        FileFlag Kubeconfig(string flag, string file) => new(component, flag, file, FileRole.Kubeconfig)
        {
            Ca = (Profiles.Component.ApiServer, "client-ca-file"),
            IsReadAtStart = true,
        };
    }

    private static IEnumerable<FileFlag> OfKubelet()
    {
        const string Kubelet = Profiles.Component.Kubelet;
        // It does not exist before the node joins the cluster.
        yield return new(Kubelet, "kubeconfig", "kubelet.conf", FileRole.Kubeconfig)
        {
            Ca = (Profiles.Component.ApiServer, "client-ca-file"),
            IsOptional = true,
        };
        yield return new(Kubelet, "client-ca-file", "kubelet-client-ca", FileRole.Authority);
        yield return new(Kubelet, "tls-cert-file", "kubelet-server", FileRole.Leaf);
    }
}
