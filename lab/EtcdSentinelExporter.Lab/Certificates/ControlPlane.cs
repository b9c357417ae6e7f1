using System.Text;

namespace EtcdSentinelExporter.Lab.Certificates;

/// <summary>Certificates of a control-plane node besides etcd's: the cluster's CA, an API server, a client certificate
/// valid for a day, and a kubeconfig.</summary>
internal sealed class ControlPlane : IDisposable
{
    private readonly CertificateAuthority _ca;
    private readonly NodeFolder _node;

    public ControlPlane(CertificateAuthority ca, NodeFolder node)
    {
        (_ca, _node) = (ca, node);
        File.WriteAllText(Path.Combine(node.Pki, "ca.crt"), ca.Pem);
        Issue("apiserver", 30);
        Issue("front-proxy-client", 1);
        var admin = Path.Combine(node.Root, "admin");
        Issue(admin, 365);
        File.WriteAllText(Path.Combine(node.Root, "etc/kubernetes/admin.conf"), Kubeconfig(admin));
        ApiServer = new(Path.Combine(node.Pki, "apiserver"));
    }

    public ApiServer ApiServer { get; }

    /// <summary>Writes a new pair.</summary>
    /// <param name="daysLeft">Days until it expires.</param>
    /// <param name="lifetime">Days for which it is valid; <see langword="null"/> to begin now.</param>
    public void Issue(string name, int daysLeft, int? lifetime = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var begin = lifetime is { } days ? now.AddDays(daysLeft - days) : now.AddMinutes(-1);
        _ca.Issue(
            Path.Combine(_node.Pki, name), Path.GetFileName(name), LeafUsage.ServerAndClient, begin,
            now.AddDays(daysLeft));
    }

    public void Dispose() => ApiServer.Dispose();

    // As kubeadm writes it, with everything inside.
    private string Kubeconfig(string pair) => $"""
        apiVersion: v1
        kind: Config
        current-context: kubernetes-admin@kubernetes
        clusters:
        - name: kubernetes
          cluster:
            server: https://127.0.0.1:6443
            certificate-authority-data: {Base64(_ca.Pem)}
        contexts:
        - name: kubernetes-admin@kubernetes
          context:
            cluster: kubernetes
            user: kubernetes-admin
        users:
        - name: kubernetes-admin
          user:
            client-certificate-data: {Base64(File.ReadAllText(pair + ".crt"))}
            client-key-data: {Base64(File.ReadAllText(pair + ".key"))}

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
