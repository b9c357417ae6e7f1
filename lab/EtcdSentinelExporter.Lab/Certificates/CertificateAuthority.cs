using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Lab.Certificates;

/// <summary>What a leaf may be used for; only servers have alternative names.</summary>
internal enum LeafUsage
{
    Client,
    ServerAndClient,
}

/// <summary>A CA, valid from 400 days ago for ten years, and the leaves that it signs.</summary>
/// <remarks>Keys are EC, because RSA takes a second each.</remarks>
internal sealed class CertificateAuthority : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly X509Certificate2 _ca;

    public CertificateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign,
            true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = TimeProvider.System.GetUtcNow();
        _ca = request.CreateSelfSigned(now.AddDays(-400), now.AddDays(3650 - 400));
    }

    public string Pem => _ca.ExportCertificatePem() + "\n";

    /// <summary>Writes its own pair.</summary>
    /// <param name="file">Path without <c>.crt</c> and <c>.key</c>.</param>
    public void Write(string file)
    {
        using var key = _ca.GetECDsaPrivateKey()!;
        Write(file, _ca, key);
    }

    /// <summary>Writes a leaf with a new key.</summary>
    /// <param name="file">Path without <c>.crt</c> and <c>.key</c>.</param>
    /// <param name="address">An alternative name besides the loopback ones.</param>
    public void Issue(
        string file, string name, LeafUsage usage, DateTimeOffset notBefore, DateTimeOffset notAfter,
        IPAddress? address = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        foreach (var extension in Extensions(name, usage, address))
            request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_ca, includeKeyIdentifier: true, false));
        using var certificate = request.Create(_ca, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        Write(file, certificate, key);
    }

    public void Dispose() => _ca.Dispose();

    private static IEnumerable<X509Extension> Extensions(string name, LeafUsage usage, IPAddress? address)
    {
        yield return new X509BasicConstraintsExtension(false, false, 0, critical: true);
        yield return new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true);
        var client = new Oid("1.3.6.1.5.5.7.3.2");
        var isServer = usage is LeafUsage.ServerAndClient;
        yield return new X509EnhancedKeyUsageExtension(
            isServer ? [new Oid("1.3.6.1.5.5.7.3.1"), client] : [client], critical: false);
        if (!isServer)
            yield break;
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(name);
        IPAddress[] loopback = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        foreach (var each in address is null ? loopback : loopback.Append(address).Distinct())
            names.AddIpAddress(each);
        yield return names.Build();
    }

    private static void Write(string file, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(file + ".crt", certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(file + ".key", key.ExportPkcs8PrivateKeyPem() + "\n");
        File.SetUnixFileMode(file + ".key", Private);
    }
}
