using System.Net.Security;
using System.Security.Authentication;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Parses <c>tls_server_config</c>.</summary>
internal static class TlsSection
{
    private const string OldVersion =
        "TLS 1.0 and 1.1 are disabled in the OpenSSL of current systems; write TLS12 or TLS13.";

    private static readonly string[] Keys =
    [
        "cert", "key", "client_ca", "cert_file", "key_file", "client_ca_file", "client_auth_type",
        "client_allowed_sans",
        "min_version", "max_version", "cipher_suites", "curve_preferences", "prefer_server_cipher_suites",
    ];

    /// <returns><see langword="null"/> if the section is empty or missing.</returns>
    public static TlsSettings? Read(ConfigSection section, string folder)
    {
        section.Allow(Keys);
        if (!Array.Exists(Keys, section.Has))
            return null;
        // Go has ignored it since 1.17; its value is still validated.
        section.Flag("prefer_server_cipher_suites", fallback: true);
        if (section.Has("curve_preferences"))
        {
            section.Complain("curve_preferences",
                ".NET does not support this for one server; remove it, or set Groups in the system's openssl.cnf.");
        }
        var settings = new TlsSettings
        {
            Certificate = Pem(section, "cert", folder) ?? Missing(section, "cert"),
            Key = Pem(section, "key", folder) ?? Missing(section, "key"),
            ClientCa = Pem(section, "client_ca", folder),
            ClientAuth = Auth(section),
            AllowedSans = section.List("client_allowed_sans"),
            Versions = Versions(section),
            CipherSuites = Suites(section),
        };
        CheckClients(section, settings);
        return settings;
    }

    private static PemSource? Pem(ConfigSection section, string key, string folder)
    {
        var file = section.Text($"{key}_file");
        var inline = section.Text(key);
        if (file is not null && inline is not null)
            section.Complain(key, $"conflicts with {key}_file; remove one of them.");
        return file is not null ? new(Path.GetFullPath(file, folder), Inline: null)
            : inline is not null ? new($"tls_server_config.{key}", inline)
            : null;
    }

    private static PemSource Missing(ConfigSection section, string key)
    {
        section.Complain("", $"TLS requires {key}_file (or {key}); add it, or remove tls_server_config.");
        return new(key, "");
    }

    private static ClientAuth Auth(ConfigSection section) => section.OneOf("client_auth_type", ClientAuth.NoClientCert,
        (nameof(ClientAuth.NoClientCert), ClientAuth.NoClientCert),
        (nameof(ClientAuth.RequestClientCert), ClientAuth.RequestClientCert),
        (nameof(ClientAuth.RequireAnyClientCert), ClientAuth.RequireAnyClientCert),
        ("RequireClientCert", ClientAuth.RequireAnyClientCert), // the toolkit's older name
        (nameof(ClientAuth.VerifyClientCertIfGiven), ClientAuth.VerifyClientCertIfGiven),
        (nameof(ClientAuth.RequireAndVerifyClientCert), ClientAuth.RequireAndVerifyClientCert));

    private static void CheckClients(ConfigSection section, TlsSettings settings)
    {
        if (settings.ClientCa is not null && settings.ClientAuth is ClientAuth.NoClientCert)
        {
            section.Complain("client_auth_type",
                "a client CA is set, but client certificates are not requested; write RequireAndVerifyClientCert.");
        }
        if (!settings.AllowedSans.IsEmpty
            && settings.ClientAuth is not (ClientAuth.RequireAnyClientCert or ClientAuth.RequireAndVerifyClientCert))
        {
            section.Complain("client_allowed_sans",
                "requires client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert): the others accept "
                + "clients without a certificate.");
        }
    }

    private static SslProtocols Versions(ConfigSection section)
    {
        var min = Version(section, "min_version", SslProtocols.Tls12);
        var max = Version(section, "max_version", SslProtocols.Tls13);
        if (min > max)
            section.Complain("max_version", "is below min_version; no client could connect.");
        return min | max;
    }

    private static SslProtocols Version(ConfigSection section, string key, SslProtocols fallback)
    {
        if (section.Text(key) is "TLS10" or "TLS11")
        {
            section.Complain(key, OldVersion);
            return fallback;
        }
        return section.OneOf(key, fallback, ("TLS12", SslProtocols.Tls12), ("TLS13", SslProtocols.Tls13));
    }

    private static ImmutableArray<TlsCipherSuite> Suites(ConfigSection section)
    {
        var suites = ImmutableArray.CreateBuilder<TlsCipherSuite>();
        foreach (var name in section.List("cipher_suites"))
        {
            if (CipherSuites.ByName.TryGetValue(name, out var suite))
            {
                suites.Add(suite);
            }
            else
            {
                section.Complain(
                    "cipher_suites",
                    $"unknown cipher suite {Shown(name)}; supported: "
                    + $"{string.Join(", ", CipherSuites.ByName.Keys.Order(StringComparer.Ordinal))}.");
            }
        }
        return suites.ToImmutable();
    }

    private static string Shown(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && name.Length < 80 ? name : "…";
}
