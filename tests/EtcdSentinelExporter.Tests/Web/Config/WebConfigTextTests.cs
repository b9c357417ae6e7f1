using System.Security.Authentication;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class WebConfigTextTests
{
    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private const string Pair = "tls_server_config:\n  cert_file: a\n  key_file: b\n";

    [Fact]
    public void A_whole_file_is_read()
    {
        var (config, problems) = Parse($"""
            tls_server_config:
              cert_file: server.crt
              key_file: /pki/server.key
              client_ca_file: ca.crt
              client_auth_type: RequireAndVerifyClientCert
              client_allowed_sans: [prometheus, 10.0.0.1]
              min_version: TLS13
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: true
            http_server_config:
              http2: true
              headers:
                Strict-Transport-Security: max-age=31536000
                X-Frame-Options: deny
            basic_auth_users:
              prom: {Hash}
            rate_limit:
              interval: 1s
              burst: 20
            """);

        Assert.Empty(problems);
        Assert.Equal(("/etc/web/server.crt", "/pki/server.key", "/etc/web/ca.crt"),
            (config.Tls!.Certificate.Name, config.Tls.Key.Name, config.Tls.ClientCa!.Name));
        Assert.Equal(
            (ClientAuth.RequireAndVerifyClientCert, SslProtocols.Tls13), (config.Tls.ClientAuth, config.Tls.Versions));
        Assert.Equal("prometheus 10.0.0.1", string.Join(" ", config.Tls.AllowedSans));
        Assert.Single(config.Tls.CipherSuites);
        Assert.Equal((true, 2, Hash), (config.Http2, config.Headers.Length, config.Users["prom"].Text));
        Assert.Equal(new RequestRate(TimeSpan.FromSeconds(1), 20), config.Rate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("tls_server_config:\nbasic_auth_users:\nhttp_server_config:\nrate_limit:\n")]
    [InlineData("tls_server_config: {}\nbasic_auth_users: {}\n")]
    public void A_file_that_says_nothing_secures_nothing(string text)
    {
        var (config, problems) = Parse(text);

        Assert.Empty(problems);
        Assert.Equal((null, false, null), (config.Tls, config.Http2, config.Rate));
        Assert.Empty(config.Users);
    }

    [Theory]
    [InlineData("NoClientCert", nameof(ClientAuth.NoClientCert))]
    [InlineData("RequestClientCert", nameof(ClientAuth.RequestClientCert))]
    [InlineData("RequireAnyClientCert", nameof(ClientAuth.RequireAnyClientCert))]
    [InlineData("RequireClientCert", nameof(ClientAuth.RequireAnyClientCert))]
    [InlineData("VerifyClientCertIfGiven", nameof(ClientAuth.VerifyClientCertIfGiven))]
    [InlineData("RequireAndVerifyClientCert", nameof(ClientAuth.RequireAndVerifyClientCert))]
    public void All_words_for_client_certificates_are_known(string word, string mode)
    {
        var (config, problems) = Parse($"{Pair}  client_auth_type: {word}\n");

        Assert.Empty(problems);
        Assert.Equal(mode, config.Tls!.ClientAuth.ToString());
    }

    [Theory]
    [InlineData("tls_config: {}\n", "line 1: tls_config: unknown key; valid keys: tls_server_config")]
    [InlineData("a: [\n", "line 2: ")]
    [InlineData("- a\n", "line 1: write keys and values here.")]
    [InlineData("tls_server_config:\n  cert_file: a\n", "TLS requires key_file")]
    [InlineData("tls_server_config:\n  min_version: TLS13\n", "TLS requires cert_file")]
    [InlineData(Pair + "  cert: x\n", "line 4: tls_server_config.cert: conflicts with cert_file")]
    [InlineData(Pair + "  client_auth_type: Maybe\n",
        "line 4: tls_server_config.client_auth_type: invalid value; write one of NoClientCert")]
    [InlineData(Pair + "  client_ca_file: c\n", "client certificates are not requested")]
    [InlineData(Pair + "  client_allowed_sans: [x]\n",
        "line 4: tls_server_config.client_allowed_sans: requires client_auth_type")]
    [InlineData(Pair + "  client_allowed_sans: x\n", "invalid value; write a list of texts.")]
    [InlineData(Pair + "  min_version: TLS10\n",
        "line 4: tls_server_config.min_version: TLS 1.0 and 1.1 are disabled")]
    [InlineData(Pair + "  max_version: SSL3\n",
        "line 4: tls_server_config.max_version: invalid value; write one of TLS12, TLS13.")]
    [InlineData(Pair + "  min_version: TLS13\n  max_version: TLS12\n",
        "line 5: tls_server_config.max_version: is below min_version")]
    [InlineData(Pair + "  cipher_suites: [RC4]\n", "unknown cipher suite RC4; supported: TLS_")]
    [InlineData(Pair + "  curve_preferences: [CurveP256]\n",
        "line 4: tls_server_config.curve_preferences: .NET does not support this")]
    [InlineData(Pair + "  prefer_server_cipher_suites: maybe\n",
        "line 4: tls_server_config.prefer_server_cipher_suites: invalid value; write one of true")]
    [InlineData("http_server_config:\n  http2: 2\n",
        "line 2: http_server_config.http2: invalid value; write one of true")]
    [InlineData("http_server_config:\n  headers:\n    X-Mine: y\n",
        "line 3: http_server_config.headers.X-Mine: unsupported header")]
    [InlineData("http_server_config:\n  headers:\n    X-Frame-Options: DENY\n", "write deny or sameorigin.")]
    [InlineData("http_server_config:\n  headers:\n    X-XSS-Protection: \"1\\r\\nSet-Cookie: a\"\n",
        "write printable ASCII characters")]
    [InlineData("basic_auth_users:\n  prom: secret\n", "line 2: basic_auth_users.prom: invalid bcrypt hash")]
    [InlineData("basic_auth_users: [prom]\n", "line 1: basic_auth_users: write keys and values here.")]
    [InlineData("basic_auth_users:\n  prom: [x]\n", "line 2: basic_auth_users: invalid value; write one text")]
    [InlineData("rate_limit:\n  interval: x\n", "line 2: rate_limit.interval: write a duration")]
    [InlineData("rate_limit:\n  interval: 1s\n  burst: -1\n", "line 3: rate_limit.burst: invalid value; write a number")]
    public void What_is_wrong_is_one_sentence_with_its_line(string text, string says)
    {
        var (_, problems) = Parse(text);

        Assert.Contains(problems, problem => problem.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Assert.Equal(
            4, Parse(Pair + "  min: 1\nfoo: 1\nbasic_auth_users:\n  a: b\nrate_limit:\n  every: 1\n").Problems.Count);

    [Fact]
    public void A_key_is_shown_to_nobody()
    {
        var (config, problems) = Parse("tls_server_config:\n  cert: CERT\n  key: PRIVATE\n");

        Assert.Empty(problems);
        Assert.Equal("PRIVATE", config.Tls!.Key.Inline);
        Assert.DoesNotContain("PRIVATE", $"{config} {config.Tls} {config.Tls.Key}", StringComparison.Ordinal);
    }

    private static (WebConfiguration Config, List<string> Problems) Parse(string text)
    {
        var problems = new List<string>();
        return (WebConfigText.Parse(text, "/etc/web", problems), problems);
    }
}
