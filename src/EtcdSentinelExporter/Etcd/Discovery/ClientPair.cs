using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>A certificate and key with which etcd lets us in.</summary>
internal sealed record ClientPair(string CertFile, string KeyFile)
{
    /// <summary>The pair made for clients, if the installer left one beside etcd's CA; else etcd's own.</summary>
    /// <remarks>etcd's own pair usually works, because members need client use in it to dial each other. A pair for
    /// clients is better where there is one: it cannot be used to pose as etcd.</remarks>
    /// <param name="files">Asked which candidate exists.</param>
    /// <param name="kind">As in <see cref="EtcdInstallation.Kind"/>; says which pair to name where none can be
    /// seen.</param>
    /// <param name="caFile">etcd's trusted CA.</param>
    /// <param name="own">What etcd shows to clients.</param>
    public static ClientPair? For(HostFiles files, string kind, string? caFile, ClientPair? own)
    {
        if (caFile is null)
            return own;
        var folder = caFile[..(caFile.LastIndexOf('/') + 1)];
        var kubeadm = new ClientPair($"{folder}healthcheck-client.crt", $"{folder}healthcheck-client.key");
        var rancher = new ClientPair($"{folder}client.crt", $"{folder}client.key");
        ClientPair?[] candidates = [kubeadm, rancher, Kubespray(folder, own)];
        return candidates.FirstOrDefault(pair => pair is not null && files.Exists(pair.CertFile))
            ?? kind switch
            {
                "kubeadm" => kubeadm,
                "k3s" or "rke2" => rancher,
                _ => own,
            };
    }

    // kubespray names etcd's pair member-HOST.pem and lays admin-HOST.pem beside it.
    private static ClientPair? Kubespray(string folder, ClientPair? own)
    {
        var prefix = $"{folder}member-";
        if (own is null || !own.CertFile.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var host = Path.GetFileNameWithoutExtension(own.CertFile[prefix.Length..]);
        return new($"{folder}admin-{host}.pem", $"{folder}admin-{host}-key.pem");
    }
}
