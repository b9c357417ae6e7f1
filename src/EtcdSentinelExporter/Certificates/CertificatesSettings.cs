using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Certificates;

internal static class CertificatesSettings
{
    public static readonly CollectorSettings Common = new(CertificatesCollector.Name, every: "1m", timeout: "10s");

    public static readonly Setting<string> Profile = new("certificates.profile",
        "Which files are expected: `auto` (by what is on the node), "
        + string.Join(", ", Profiles.All.Where(p => p.Name != Profiles.None).Select(p => $"`{p.Name}`"))
        + ", or `none` (only what `certificates.files` and etcd's own configuration name).",
        Profiles.Auto,
        SettingParsers.OneOf([(Profiles.Auto, Profiles.Auto), .. Profiles.All.Select(p => (p.Name, p.Name))]));

    public static readonly ListSetting<ConfiguredFile> Files = new("certificates.files",
        "More files, as `/path` or `name=/path`: PEM, or a kubeconfig (`.conf`, `.kubeconfig`, `.yaml`, `.json`). "
        + "`*` and `?` stand for parts of a name. At most 1000 files are read.", "", ConfiguredFile.Parse);

    public static readonly ListSetting<ConfiguredListener> Served = new("certificates.served",
        "More TLS servers to look at, as `name=host:port`; compared with the file of that name.", "",
        ConfiguredListener.Parse);

    public static ImmutableArray<Setting> All { get; } = [.. Common.All, Profile, Files, Served];
}

/// <param name="Name">As given, or the file's own name without its extension; <see langword="null"/> for a pattern
/// without a name.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
internal sealed record ConfiguredFile(string? Name, string Path)
{
    private const int MaxNameLength = 128;

    public static ConfiguredFile Parse(string text)
    {
        // A path may hold an equals sign; a name holds no slash.
        var (name, path) = text.StartsWith('/') || text.IndexOf('=', StringComparison.Ordinal) is var at && at < 0
            ? (null, text)
            : (text[..at], text[(at + 1)..]);
        if (name is { Length: 0 or > MaxNameLength })
            throw new FormatException("write /path, or name=/path with a name of 1 to 128 characters.");
        return new(name, SettingParsers.AbsolutePath(path));
    }

    /// <summary>The name of a file that was found under this setting.</summary>
    public static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path);
}

/// <summary>A TLS server that a setting names.</summary>
internal sealed record ConfiguredListener(string Name, string Host, int Port)
{
    public static ConfiguredListener Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (equals is < 1 or > 128 || colon < equals
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            throw Wrong();
        }
        var host = text[(equals + 1)..colon];
        host = host is ['[', .. var inside, ']'] ? inside : host;
        return Uri.CheckHostName(host) is UriHostNameType.Unknown ? throw Wrong() : new(text[..equals], host, port);
    }

    private static FormatException Wrong() =>
        new("write name=host:port, such as kube-apiserver=127.0.0.1:6443; an IPv6 address stands in brackets.");
}
