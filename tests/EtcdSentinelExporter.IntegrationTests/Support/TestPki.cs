using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Which leaf of kubeadm's etcd PKI: decides its file, subject and key usage.</summary>
internal enum Leaf
{
    Server,
    Peer,
    HealthcheckClient,
    ApiserverClient,
}

/// <summary>One etcd CA, valid from 400 days ago for ten years, and the leaves that it signs, including expired
/// ones.</summary>
internal sealed class TestPki : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly X509Certificate2 _ca;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public TestPki()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=etcd-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign,
            true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _ca = request.CreateSelfSigned(_now.AddDays(-400), _now.AddDays(3650 - 400));
    }

    /// <summary>Writes all files of a node: the CA and four leaves, valid from an hour ago for a year.</summary>
    public void WriteNode(NodeFolder node, string name)
    {
        using var key = _ca.GetECDsaPrivateKey()!;
        Write(node.EtcdPki("ca"), _ca, key);
        foreach (var leaf in Enum.GetValues<Leaf>())
            Issue(node, name, leaf, _now.AddHours(-1), _now.AddDays(365));
    }

    /// <summary>Replaces a leaf, with a new key, as <c>kubeadm certs renew</c> does.</summary>
    public void Issue(NodeFolder node, string name, Leaf leaf, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (file, subject) = Describe(node, name, leaf);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        foreach (var extension in Extensions(name, isServer: leaf is Leaf.Server or Leaf.Peer))
            request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_ca, includeKeyIdentifier: true, false));
        using var certificate = request.Create(_ca, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        Write(file, certificate, key);
    }

    public void Dispose() => _ca.Dispose();

    private static (string File, string Subject) Describe(NodeFolder node, string name, Leaf leaf) => leaf switch
    {
        Leaf.Server => (node.EtcdPki("server"), name),
        Leaf.Peer => (node.EtcdPki("peer"), name),
        Leaf.HealthcheckClient => (node.EtcdPki("healthcheck-client"), "kube-etcd-healthcheck-client"),
        _ => (Path.Combine(node.Pki, "apiserver-etcd-client"), "kube-apiserver-etcd-client"),
    };

    private static IEnumerable<X509Extension> Extensions(string name, bool isServer)
    {
        yield return new X509BasicConstraintsExtension(false, false, 0, critical: true);
        yield return new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true);
        var client = new Oid("1.3.6.1.5.5.7.3.2");
        yield return new X509EnhancedKeyUsageExtension(
            isServer ? [new Oid("1.3.6.1.5.5.7.3.1"), client] : [client], critical: false);
        if (!isServer)
            yield break;
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        yield return names.Build();
    }

    private static void Write(string file, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(file + ".crt", certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(file + ".key", key.ExportPkcs8PrivateKeyPem() + "\n");
        File.SetUnixFileMode(file + ".key", Private);
    }
}
