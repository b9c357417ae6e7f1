namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>The files of one control-plane node, as kubeadm lays them out below <paramref name="Root"/>.</summary>
internal sealed record NodeFolder(string Root)
{
    public string Manifest => Path.Combine(Root, "etc/kubernetes/manifests/etcd.yaml");

    public string Pki => Path.Combine(Root, "etc/kubernetes/pki");

    public string DataDir => Path.Combine(Root, "var/lib/etcd");

    public string Log => Path.Combine(Root, "etcd.log");

    /// <summary>Files of etcd's part of the PKI: <c>ca.crt</c>, <c>server.crt</c> and the like.</summary>
    public string EtcdPki(string file) => Path.Combine(Pki, "etcd", file);

    public void Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Manifest)!);
        Directory.CreateDirectory(Path.Combine(Pki, "etcd"));
        Directory.CreateDirectory(DataDir, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
