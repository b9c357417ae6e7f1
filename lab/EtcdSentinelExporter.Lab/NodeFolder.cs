namespace EtcdSentinelExporter.Lab;

/// <summary>Which distribution's files say on a node how etcd was started.</summary>
internal enum NodeForm
{
    Kubeadm,
    Systemd,
    K3s,
}

/// <summary>The files of one control-plane node below <paramref name="Root"/>, as a distribution lays them
/// out.</summary>
internal sealed record NodeFolder(string Root, NodeForm Form = NodeForm.Kubeadm)
{
    private const string K3s = "var/lib/rancher/k3s/server";

    /// <summary>The file that says how etcd was started.</summary>
    public string Manifest => Path.Combine(Root, Form switch
    {
        NodeForm.Systemd => "etc/systemd/system/etcd.service",
        NodeForm.K3s => $"{K3s}/db/etcd/config",
        _ => "etc/kubernetes/manifests/etcd.yaml",
    });

    public string Pki => Path.Combine(Root, "etc/kubernetes/pki");

    public string DataDir => Path.Combine(Root, Localize("/var/lib/etcd")[1..]);

    public string Log => Path.Combine(Root, "etcd.log");

    /// <summary>Files of etcd's part of the PKI, by kubeadm's names: <c>ca.crt</c>, <c>server.crt</c> and the
    /// like.</summary>
    public string EtcdPki(string file) => Path.Combine(Root, Localize($"/etc/kubernetes/pki/etcd/{file}")[1..]);

    /// <summary>Replaces kubeadm's paths of etcd's files by those of this node.</summary>
    public string Localize(string text) => Form is not NodeForm.K3s ? text : text
        .Replace("/var/lib/etcd", $"/{K3s}/db/etcd", StringComparison.Ordinal)
        .Replace("/etc/kubernetes/pki/etcd/ca", $"/{K3s}/tls/etcd/server-ca", StringComparison.Ordinal)
        .Replace("/etc/kubernetes/pki/etcd/server", $"/{K3s}/tls/etcd/server-client", StringComparison.Ordinal)
        .Replace("/etc/kubernetes/pki/etcd/peer", $"/{K3s}/tls/etcd/peer-server-client", StringComparison.Ordinal)
        .Replace("/etc/kubernetes/pki/etcd/healthcheck-client", $"/{K3s}/tls/etcd/client", StringComparison.Ordinal);

    public void Create()
    {
        foreach (var file in (string[])[Manifest, Path.Combine(Pki, "ca.crt"), EtcdPki("ca.crt")])
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Directory.CreateDirectory(DataDir);
        File.SetUnixFileMode(DataDir, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
