using System.Net;
using EtcdSentinelExporter.Lab.Certificates;

namespace EtcdSentinelExporter.Lab;

/// <summary>Which leaf of kubeadm's etcd PKI: decides its file, subject and key usage.</summary>
internal enum Leaf
{
    Server,
    Peer,
    HealthcheckClient,
    ApiserverClient,
}

/// <summary>The etcd part of what kubeadm makes: one CA for all nodes, and four leaves for each, expired ones
/// too.</summary>
internal sealed class TestPki : IDisposable
{
    private readonly CertificateAuthority _ca = new("etcd-ca");
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <summary>Writes all files of a node: the CA and four leaves, valid from an hour ago for a year.</summary>
    /// <param name="address">Address of the node besides the loopback ones.</param>
    public void WriteNode(NodeFolder node, string name, IPAddress? address = null)
    {
        _ca.Write(node.EtcdPki("ca"));
        foreach (var leaf in Enum.GetValues<Leaf>())
            Issue(node, name, leaf, _now.AddHours(-1), _now.AddDays(365), address);
    }

    /// <summary>Replaces a leaf, with a new key, as <c>kubeadm certs renew</c> does.</summary>
    public void Issue(
        NodeFolder node, string name, Leaf leaf, DateTimeOffset notBefore, DateTimeOffset notAfter,
        IPAddress? address = null)
    {
        var (file, subject) = Describe(node, name, leaf);
        var usage = leaf is Leaf.Server or Leaf.Peer ? LeafUsage.ServerAndClient : LeafUsage.Client;
        _ca.Issue(file, subject, usage, notBefore, notAfter, address);
    }

    public void Dispose() => _ca.Dispose();

    private static (string File, string Subject) Describe(NodeFolder node, string name, Leaf leaf) => leaf switch
    {
        Leaf.Server => (node.EtcdPki("server"), name),
        Leaf.Peer => (node.EtcdPki("peer"), name),
        Leaf.HealthcheckClient => (node.EtcdPki("healthcheck-client"), "kube-etcd-healthcheck-client"),
        _ => (Path.Combine(node.Pki, "apiserver-etcd-client"), "kube-apiserver-etcd-client"),
    };
}
