using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

/// <summary>The pages behind a web configuration that lies in memory and can be changed.</summary>
internal sealed class SecuredSite : IAsyncDisposable
{
    public const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    public const string Password = "U*U";
    public const string Users = "basic_auth_users:\n  prom: " + Hash + "\n";
    public const string Http2 = "http_server_config:\n  http2: true\n";
    public const string Tls = "tls_server_config:\n  cert_file: s.crt\n  key_file: s.key\n";

    private readonly Dictionary<string, string> _files = [];

    private SecuredSite(string yaml)
    {
        Serve(Ca.Issue("127.0.0.1"));
        _files["/web/ca.crt"] = ClientCa.Pem;
        Yaml = yaml;
    }

    public static TestCertificate Ca { get; } = TestCertificate.Root("servers");

    public static TestCertificate ClientCa { get; } = TestCertificate.Root("clients");

    public WebConfigSource Source { get; private set; } = null!;

    public RunningSite Site { get; private set; } = null!;

    public string Yaml
    {
        set => _files["/web/web.yml"] = value;
    }

    public static async Task<SecuredSite> StartAsync(
        string yaml, WebLimits? limits = null, EndPoint? health = null, ILoggerFactory? logs = null,
        ILogger? log = null)
    {
        var secured = new SecuredSite(yaml);
        var source = new WebConfigSource("/web/web.yml", secured.Read, TimeProvider.System, log ?? NullLogger.Instance);
        Assert.Empty(source.Open());
        secured.Source = source;
        secured.Site = await RunningSite.StartAsync(limits, config: source, health: health, logs: logs);
        return secured;
    }

    public void Serve(TestCertificate pair) => (_files["/web/s.crt"], _files["/web/s.key"]) = (pair.Pem, pair.KeyPem);

    /// <summary>The status of one request on a connection of its own; 0 when there is none to be had.</summary>
    public async Task<int> StatusAsync(
        string path = "/metrics", string? password = null, string name = "prom", X509Certificate2? client = null,
        SslProtocols versions = SslProtocols.None)
    {
        using var response = await GetAsync(path, password, name, client, versions);
        return (int?)response?.StatusCode ?? 0;
    }

    public async Task<HttpResponseMessage?> GetAsync(
        string path = "/metrics", string? password = null, string name = "prom", X509Certificate2? client = null,
        SslProtocols versions = SslProtocols.None, Version? http = null, HttpContent? body = null)
    {
        using var handler = new SocketsHttpHandler { SslOptions = Options(client, versions) };
        using var http1 = new HttpClient(handler) { Timeout = Patience.Limit };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Site.Address, path));
        request.Version = http ?? HttpVersion.Version11;
        request.Content = body;
        if (password is not null)
        {
            request.Headers.Authorization = new(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }

        try
        {
            return await http1.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A connection after its handshake.</summary>
    /// <param name="port">Left out, that of the site.</param>
    public async Task<SslStream> ConnectAsync(SslClientAuthenticationOptions? options = null, int? port = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port ?? Site.Address.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(options ?? Options(client: null, SslProtocols.None));
        return tls;
    }

    /// <summary>One connection and no other: HttpClient would try again by itself.</summary>
    public async Task ConnectUntilRefusedAsync(X509Certificate2? client)
    {
        try
        {
            await using var tls = await ConnectAsync(Options(client, SslProtocols.None));
            Assert.Equal(0, await tls.ReadAsync(new byte[1]));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // As good as an end.
        }
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private static SslClientAuthenticationOptions Options(X509Certificate2? client, SslProtocols versions) => new()
    {
        TargetHost = "127.0.0.1",
        EnabledSslProtocols = versions,
        ClientCertificateContext = client is null
            ? null
            : SslStreamCertificateContext.Create(client, null, offline: true),
        CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Ca.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private byte[] Read(string path) => _files.TryGetValue(path, out var text)
        ? Encoding.UTF8.GetBytes(text)
        : throw new FileNotFoundException($"{path} does not exist");
}
