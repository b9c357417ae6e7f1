using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Address and TLS files of etcd. A value that is not set is discovered on the node.</summary>
internal static class EtcdSettings
{
    public static readonly ListSetting<EtcdEndpoint> Endpoints = new("etcd.endpoints",
        "Client URLs of etcd, such as `https://127.0.0.1:2379`. Discovered if not set.", "", EtcdEndpoint.Parse);

    public static readonly Setting<string?> CaFile = new("etcd.ca-file",
        "PEM file with the CA that signed etcd's server certificates. Discovered if not set.", "",
        SettingParsers.AbsolutePath);

    public static readonly Setting<string?> CertFile = new("etcd.cert-file",
        "PEM file with the client certificate to present to etcd. Discovered if not set.", "",
        SettingParsers.AbsolutePath)
    {
        CrossCheck = (settings, path) =>
            path is not null && settings.Get(KeyFile!) is null ? "is set without a key; set etcd.key-file too." : null,
    };

    public static readonly Setting<string?> KeyFile = new("etcd.key-file",
        "PEM file with the key of `etcd.cert-file`. Discovered if not set.", "", SettingParsers.AbsolutePath)
    {
        CrossCheck = (settings, path) =>
            path is not null && settings.Get(CertFile) is null
                ? "is set without a certificate; set etcd.cert-file too."
                : null,
    };

    public static readonly Setting<Uri?> MetricsUrl = new("etcd.metrics-url",
        "etcd's own metrics page, such as `http://127.0.0.1:2381/metrics`; for a single endpoint. "
        + "Discovered if not set.", "", Page)
    {
        CrossCheck = (settings, url) => url is not null && settings.Get(Endpoints).Length > 1
            ? "cannot be used with several endpoints; remove it: each endpoint then has its own page."
            : null,
    };

    public static readonly Setting<string?> Username = new("etcd.username",
        "User of etcd, for clusters with authentication by password. Each login adds an entry to etcd's raft log, at "
        + "most one per member in 5 minutes.", "", SettingParsers.Text)
    {
        CrossCheck = (settings, name) => name is not null && settings.Get(PasswordFile!) is null
            ? "is set without a password; set etcd.password-file too."
            : null,
    };

    public static readonly Setting<string?> PasswordFile = new("etcd.password-file",
        "File with the password of `etcd.username`; a final line break is ignored.", "", SettingParsers.AbsolutePath)
    {
        CrossCheck = (settings, path) => path is not null && settings.Get(Username) is null
            ? "is set without a user; set etcd.username too."
            : null,
    };

    public static ImmutableArray<Setting> All { get; } =
        [Endpoints, CaFile, CertFile, KeyFile, Username, PasswordFile, MetricsUrl];

    /// <summary>The user to log in as; <see langword="null"/> for none.</summary>
    public static EtcdUser? User(SettingValues settings) =>
        settings.Get(Username) is { } name && settings.Get(PasswordFile) is { } file ? new(name, file) : null;

    /// <summary>Reads the overrides. Adds an error for a duplicate endpoint.</summary>
    public static EtcdOverrides Overrides(SettingValues settings)
    {
        var endpoints = settings.Get(Endpoints);
        foreach (var twice in endpoints.GroupBy(endpoint => endpoint).Where(same => same.Count() > 1))
            settings.AddProblem(Endpoints.Key, $"{twice.Key} is listed {twice.Count()} times; list each member once.");
        return new(endpoints, settings.Get(CaFile), settings.Get(CertFile), settings.Get(KeyFile),
            settings.Get(MetricsUrl));
    }

    private static Uri Page(string text) =>
        SettingParsers.HttpUrl(text) is { UserInfo: "", Fragment: "", Host.Length: > 0 } url
            ? url
            : throw new FormatException("invalid URL; write the URL of a page, such as http://127.0.0.1:2381/metrics.");
}

/// <summary>The etcd settings. Each one that is set overrides the discovered value.</summary>
/// <param name="Endpoints">Empty to use the discovered endpoints.</param>
/// <param name="CaFile">Host path, like the next two; <see langword="null"/> to use the discovered path.</param>
/// <param name="MetricsUrl">Only for a single endpoint; <see langword="null"/> to use the discovered URL.</param>
internal sealed record EtcdOverrides(
    ImmutableArray<EtcdEndpoint> Endpoints, string? CaFile, string? CertFile, string? KeyFile, Uri? MetricsUrl)
{
    /// <summary>Endpoints of other nodes, and a member of this node that lists each.</summary>
    public ImmutableDictionary<EtcdEndpoint, EtcdEndpoint> ListedBy { get; init; } =
        ImmutableDictionary<EtcdEndpoint, EtcdEndpoint>.Empty;
}
