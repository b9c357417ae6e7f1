using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.WebConfig;

/// <summary>Debian's node_exporter and ours on one web.yml answer the same.</summary>
public sealed class NodeExporterWebTests : IDisposable
{
    // The password is "U*U".
    private const string Users =
        "basic_auth_users:\n  prom: $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";
    private const string Tls = "tls_server_config:\n  cert_file: s.crt\n  key_file: s.key\n";
    private const string Verified = Tls + "  client_ca_file: ca.crt\n  client_auth_type: ";

    private static readonly string?[] Credentials =
        [null, "prom:U*U", "prom:wrong", "nobody:U*U", "prom:", ":", "Prom:U*U", "Bearer x", "basic cHJvbTpVKlU=",
            "Basic !!"];

    private static readonly string[] Clients = ["none", "ours", "foreign", "expired"];

    private readonly WebFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(Users)]
    [InlineData(Tls)]
    [InlineData(Tls + Users)]
    [InlineData(Tls + "  min_version: TLS13\n" + Users)]
    [InlineData(Tls + "  max_version: TLS12\n")]
    [InlineData(Tls
        + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n  prefer_server_cipher_suites: true\n")]
    [InlineData(Tls + "http_server_config:\n  http2: false\n  headers:\n    X-Frame-Options: deny\n")]
    [InlineData(Tls + "  client_auth_type: NoClientCert\n")]
    [InlineData(Tls + "  client_auth_type: RequestClientCert\n")]
    [InlineData(Tls + "  client_auth_type: RequireAnyClientCert\n")]
    [InlineData(Verified + "RequestClientCert\n")]
    [InlineData(Verified + "RequireClientCert\n")]
    [InlineData(Verified + "VerifyClientCertIfGiven\n")]
    [InlineData(Verified + "RequireAndVerifyClientCert\n")]
    [InlineData(Verified + "RequireAndVerifyClientCert\n" + Users)]
    public async Task One_web_configuration_gives_the_same_status_codes(string yaml)
    {
        _folder.Write("web.yml", yaml);
        await using var theirs = await WebProgram.NodeExporterAsync(_folder);
        await using var ours = await WebProgram.OursAsync(_folder);

        var expected = await TableAsync(theirs);

        Assert.Equal(expected, await TableAsync(ours));
        Assert.Contains(expected, line => line.EndsWith(" 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_and_a_certificate_that_change_are_taken_up_by_both()
    {
        _folder.Write("web.yml", Tls + Users);
        await using var theirs = await WebProgram.NodeExporterAsync(_folder);
        await using var ours = await WebProgram.OursAsync(_folder);
        var before = await TableAsync(ours);

        _folder.Write("web.yml", Tls + Users.Replace("prom", "nobody", StringComparison.Ordinal));
        _folder.Serve();

        var after = await TableAsync(ours);
        Assert.NotEqual(before, after);
        Assert.Equal(await TableAsync(theirs), after);
    }

    [Theory]
    [InlineData("foo: 1\n")]
    [InlineData("tls_server_config:\n  cert_file: none.crt\n  key_file: s.key\n")]
    [InlineData("tls_server_config:\n  cert_file: s.crt\n")]
    [InlineData(Tls + "  client_ca_file: ca.crt\n")]
    [InlineData(Tls + "  client_auth_type: Sometimes\n")]
    [InlineData("basic_auth_users:\n  prom: secret\n")]
    [InlineData("http_server_config:\n  headers:\n    X-Mine: 1\n")]
    public async Task What_one_does_not_start_with_the_other_does_not_either(string yaml)
    {
        var node = NodeExporterProgram.Need();
        _folder.Write("web.yml", yaml);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => CleanProcess.RunAsync(
                Sentinel.Patient, ["--web.listen-address=127.0.0.1:0", $"--web.config.file={_folder.Yaml}"]));

        Assert.Contains("ended with 64", e.Message, StringComparison.Ordinal);
        Assert.Contains("web.config.file: ", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => CleanProcess.RunAsync(
                node,
                ["--web.listen-address=127.0.0.1:0", $"--web.config.file={_folder.Yaml}"]));
    }

    private async Task<string[]> TableAsync(WebProgram program)
    {
        var lines = new List<string>();
        foreach (var version in (SslProtocols[])[SslProtocols.None, SslProtocols.Tls12, SslProtocols.Tls13])
            lines.Add($"{version} {await StatusAsync(program.Metrics, client: "ours", "prom:U*U", version)}");
        foreach (var client in Clients)
            lines.Add($"{client} {await StatusAsync(program.Metrics, client, "prom:U*U")}");
        foreach (var basic in Credentials)
            lines.Add($"{basic} {await StatusAsync(program.Metrics, "ours", basic)} {await StatusAsync(program.Address, "ours", basic)}");
        lines.Add($"plain {await StatusAsync(new UriBuilder(program.Metrics) { Scheme = "http" }.Uri, "none", "prom:U*U")}");
        return [.. lines];
    }

    private async Task<int> StatusAsync(
        Uri page, string client, string? basic, SslProtocols version = SslProtocols.None)
    {
        using var certificate = Certificate(client);
        using var http = WebFolder.Client(certificate, version, basic);
        return await WebFolder.StatusAsync(http, page);
    }

    private X509Certificate2? Certificate(string client) => client is "none"
        ? null
        : _folder.Issue("prometheus", foreign: client is "foreign", expired: client is "expired");
}
