using System.Collections.Frozen;
using System.Collections.Immutable;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>The web configuration, and what clients send.</summary>
internal static class WebTargets
{
    private const string Config = """
        tls_server_config:
          cert_file: a.crt
          key_file: /b.key
          client_ca_file: ca.crt
          client_auth_type: RequireAndVerifyClientCert
          client_allowed_sans: [a, b]
          min_version: TLS12
          cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
        http_server_config: {http2: true, headers: {X-Frame-Options: deny}}
        basic_auth_users: {a: "$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"}
        rate_limit: {interval: 1s, burst: 10}
        """;

    private static readonly FrozenDictionary<string, RequestDelegate> Known =
        RunbookPages.All().ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Site Pages = new(Known);

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Total("web-config", () => SeedFiles.Texts(Config), WebConfig),
        FuzzTarget.Text("bcrypt-hash", () => SeedFiles.Texts(
            "$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"), Hash),
        FuzzTarget.Total("basic-credentials", () => SeedFiles.Texts("Basic YTpi", "basic OnB3", "Bearer x"),
            Credentials),
        FuzzTarget.Total("accept", () => SeedFiles.Texts(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", "text/html",
                "gzip, *;q=0"),
            Accept),
        FuzzTarget.Total("request-path", () => SeedFiles.Texts(
            "/runbooks/EtcdNoQuorum", "/runbooks/EtcdNoQuorum.md", "/runbooks/../etc/passwd", "/runbooks"), Request),
    ];

    private static void WebConfig(string text)
    {
        List<string> problems = [];
        var config = WebConfigText.Parse(text, "/etc/web", problems);
        foreach (var problem in problems)
            Property.IsSafe(problem, "a problem");
        foreach (var (name, value) in problems.Count == 0 ? config.Headers : [])
            Property.IsSafe(value, $"the header {name}");
    }

    private static void Hash(string text)
    {
        var hash = BcryptHash.Parse(text);
        Property.Holds(hash.Cost is >= BcryptHash.MinCost and <= BcryptHash.MaxCost, "a cost outside the limits");
        Property.Holds(!hash.ToString().Contains(text, StringComparison.Ordinal), "shows the hash");
        if (hash.Cost == BcryptHash.MinCost)
            Bcrypt.Verify("a"u8.ToArray(), hash);
    }

    private static void Credentials(string text)
    {
        if (BasicCredentials.Parse(text) is { } credentials)
            Property.Holds(!credentials.Name.Contains(':', StringComparison.Ordinal), "a colon in the name");
    }

    private static void Accept(string text)
    {
        DefaultHttpContext http = new();
        http.Request.Headers.Accept = text.Split('\n');
        http.Request.Headers.AcceptEncoding = text.Split('\n');
        Accepted.Format(http.Request);
        Accepted.Html(http.Request);
        Accepted.Gzip(http.Request);
    }

    private static void Request(string text)
    {
        using MemoryStream body = new();
        DefaultHttpContext http = new();
        http.Request.Method = "GET";
        http.Request.Path = new PathString(text.StartsWith('/') ? text : "/" + text);
        http.Response.Body = body;
        Pages.ServeAsync(http).GetAwaiter().GetResult();
        var isKnown = Known.ContainsKey(http.Request.Path.Value ?? "");
        Property.Holds(http.Response.StatusCode == StatusCodes.Status404NotFound != isKnown,
            $"status {http.Response.StatusCode}");
    }
}
