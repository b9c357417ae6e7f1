using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EtcdSentinelExporter.IntegrationTests.WebConfig;

/// <summary>A folder with a web.yml, a CA for servers and clients, and what they sign.</summary>
internal sealed class WebFolder : IDisposable
{
    private readonly X509Certificate2 _ca = Authority();

    public WebFolder()
    {
        Write("ca.crt", _ca.ExportCertificatePem());
        Serve();
    }

    public string Root { get; } = Directory.CreateTempSubdirectory().FullName;

    public string Yaml => Path.Combine(Root, "web.yml");

    /// <summary>A new certificate and key over the old ones, one file after the other.</summary>
    /// <returns>Its serial number.</returns>
    public string Serve(string name = "127.0.0.1")
    {
        using var pair = Issue(name);
        Write("s.crt", pair.ExportCertificatePem());
        Write("s.key", pair.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return pair.SerialNumber;
    }

    public X509Certificate2 Issue(string name, bool foreign = false, bool expired = false)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var other = foreign ? Authority() : null;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        using var bare = request.Create(
            other ?? _ca, now.AddDays(-2), now.AddDays(expired ? -1 : 2), RandomNumberGenerator.GetBytes(16));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Renamed into place, as a configuration management does it.</summary>
    public void Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Root, name + ".new"), text);
        File.Move(Path.Combine(Root, name + ".new"), Path.Combine(Root, name), overwrite: true);
    }

    /// <summary>A client that makes a connection for each request.</summary>
    public static HttpClient Client(
        X509Certificate2? certificate = null, SslProtocols versions = SslProtocols.None, string? basic = null)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = new()
            {
                EnabledSslProtocols = versions,
                // Whom the client trusts is not what is tested.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                ClientCertificateContext = certificate is null
                    ? null
                    : SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        })
        {
            Timeout = Patience.Limit,
        };
        if (basic is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Basic(basic));
        return client;
    }

    /// <summary>0 where there is no answer.</summary>
    public static async Task<int> StatusAsync(HttpClient client, Uri page)
    {
        try
        {
            using var answer = await client.GetAsync(page);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        _ca.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private static string Basic(string pair) => pair.Contains(' ', StringComparison.Ordinal)
        ? pair
        : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static X509Certificate2 Authority()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=web-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }
}
