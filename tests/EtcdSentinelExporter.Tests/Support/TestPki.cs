using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A certificate with its private key, created for one test.</summary>
internal sealed record TestCertificate(X509Certificate2 Certificate)
{
    private static int _serial;

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>Private key as PKCS#8.</summary>
    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    public string EncryptedKeyPem =>
        Key.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 10));

    public string OldKeyPem => Key is RSA rsa ? rsa.ExportRSAPrivateKeyPem() : ((ECDsa)Key).ExportECPrivateKeyPem();

    public AsymmetricAlgorithm Key =>
        Certificate.GetRSAPrivateKey() ?? (AsymmetricAlgorithm)Certificate.GetECDsaPrivateKey()!;

    public static TestCertificate Root(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(Request(name, key, isAuthority: true).CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30)));
    }

    public TestCertificate Intermediate(string name) => Issue(name, isAuthority: true);

    /// <summary>Creates a forged certificate: it names this one as issuer and has its serial number, but another key
    /// signed it.</summary>
    public TestCertificate Forged(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority: true);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1, 2, 3, 4]));
        using var bare = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key),
            Now.AddDays(-10), Now.AddDays(10), Certificate.SerialNumberBytes.Span);
        return new(bare.CopyWithPrivateKey(key));
    }

    public TestCertificate Issue(
        string name, bool rsa = false, bool isAuthority = false, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority);
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using var bare = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa((ECDsa)Key),
            from ?? Now.AddDays(-10), to ?? Now.AddDays(10), [1, .. serial]);
        return new(key is RSA r ? bare.CopyWithPrivateKey(r) : bare.CopyWithPrivateKey((ECDsa)key));
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key, bool isAuthority)
    {
        var subject = new X500DistinguishedName($"CN={name}");
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority)
            return request;
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        return request;
    }
}
