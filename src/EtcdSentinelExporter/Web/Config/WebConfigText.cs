using System.Collections.Frozen;
using System.Globalization;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Settings;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Parses the YAML of exporter-toolkit's web configuration.</summary>
internal static class WebConfigText
{
    /// <param name="folder">Folder of the file: the base of relative paths in it.</param>
    /// <param name="problems">Receives the error messages, each with its line.</param>
    /// <returns>Valid only if there are no problems.</returns>
    public static WebConfiguration Parse(string text, string folder, List<string> problems)
    {
        var file = new ConfigSection(Root(text, problems), "", problems)
            .Allow("tls_server_config", "http_server_config", "basic_auth_users", "rate_limit");
        var http = file.Section("http_server_config").Allow("http2", "headers");
        return new(
            TlsSection.Read(file.Section("tls_server_config"), folder),
            http.Flag("http2", fallback: false),
            Headers(http.Section("headers")),
            Users(file.Section("basic_auth_users")),
            Rate(file.Section("rate_limit").Allow("interval", "burst")));
    }

    private static YamlNode? Root(string text, List<string> problems)
    {
        try
        {
            return YamlText.Parse(text);
        }
        catch (FormatException e)
        {
            problems.Add(e.Message);
            return null;
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> Headers(ConfigSection section)
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var (name, value, at) in section.Texts())
        {
            if (HeaderProblem(name, value) is { } problem)
                section.Complain(at, $"http_server_config.headers.{name}", problem);
            headers.Add(new(name, value));
        }
        return headers.ToImmutable();
    }

    // The list of exporter-toolkit, so that the same file works the same everywhere.
    private static string? HeaderProblem(string name, string value) => name switch
    {
        _ when value.Any(c => c is < ' ' or > '~') => "invalid value; write printable ASCII characters on one line.",
        "X-Frame-Options" => value is "deny" or "sameorigin" ? null : "invalid value; write deny or sameorigin.",
        "X-Content-Type-Options" => value is "nosniff" ? null : "invalid value; write nosniff.",
        "Content-Security-Policy" or "Strict-Transport-Security" or "X-XSS-Protection" => null,
        _ => "unsupported header; supported are Content-Security-Policy, Strict-Transport-Security, "
            + "X-Content-Type-Options, X-Frame-Options and X-XSS-Protection.",
    };

    private static FrozenDictionary<string, BcryptHash> Users(ConfigSection section)
    {
        var users = new Dictionary<string, BcryptHash>(StringComparer.Ordinal);
        foreach (var (name, hash, at) in section.Texts())
        {
            try
            {
                users[name] = BcryptHash.Parse(hash);
            }
            catch (FormatException e)
            {
                section.Complain(at, $"basic_auth_users.{name}", e.Message);
            }
        }
        return users.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static RequestRate? Rate(ConfigSection section)
    {
        if (section.Text("interval") is not { } interval)
            return null;
        try
        {
            var every = DurationText.Parse(interval);
            if (int.TryParse(
                section.Text("burst") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var burst))
            {
                return every > TimeSpan.Zero ? new(every, burst) : null;
            }

            section.Complain("burst", "invalid value; write a number of requests.");
        }
        catch (FormatException e)
        {
            section.Complain("interval", e.Message);
        }
        return null;
    }
}
