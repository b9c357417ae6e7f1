using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>A client certificate and its key that etcd accepts.</summary>
internal sealed record ClientPair(string CertFile, string KeyFile)
{
    /// <summary>Finds the pair made for clients, if the installer left one in the folder of etcd's CA; else etcd's own
    /// pair.</summary>
    /// <remarks>etcd's own pair usually works, because it must allow client use for members to connect to each other. A
    /// pair for clients is better: it cannot be used to impersonate etcd.</remarks>
    /// <param name="files">Tells which candidate exists.</param>
    /// <param name="kind">As in <see cref="EtcdInstallation.Kind"/>; selects the pair if no candidate is
    /// visible.</param>
    /// <param name="caFile">etcd's trusted CA.</param>
    /// <param name="own">The pair that etcd presents to clients.</param>
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
                "k0s" => K0s(folder),
                _ => own,
            };
    }

    // k0s has one pair for clients, in the folder above that of etcd's own files.
    private static ClientPair K0s(string folder)
    {
        var pki = folder[..(folder.TrimEnd('/').LastIndexOf('/') + 1)];
        return new($"{pki}apiserver-etcd-client.crt", $"{pki}apiserver-etcd-client.key");
    }

    // kubespray names etcd's pair member-HOST.pem, and puts admin-HOST.pem into the same folder.
    private static ClientPair? Kubespray(string folder, ClientPair? own)
    {
        var prefix = $"{folder}member-";
        if (own is null || !own.CertFile.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var host = Path.GetFileNameWithoutExtension(own.CertFile[prefix.Length..]);
        return new($"{folder}admin-{host}.pem", $"{folder}admin-{host}-key.pem");
    }
}
