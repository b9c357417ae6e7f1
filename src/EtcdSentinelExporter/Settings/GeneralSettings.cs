using System.Net;

namespace EtcdSentinelExporter.Settings;

internal enum LogFormat { Logfmt, Json }

/// <summary>Settings that belong to no collector: listen addresses, paths of the host's files, logging.</summary>
internal static class GeneralSettings
{
    public static readonly Setting<string?> ConfigFile = new("config.file",
        "YAML file with settings.", "", SettingParsers.Text)
    {
        InFile = false,
    };

    public static readonly ListSetting<IPEndPoint> ListenAddresses = new("web.listen-address",
        "Address to listen on: `:port`, `address:port` or `[IPv6]:port`.", ":10379", ListenAddress.Parse);

    public static readonly Setting<IPEndPoint?> HealthListenAddress = new("web.health-listen-address",
        "Second listen address, for `/-/healthy` and `/-/ready` only. Always plain HTTP, with its own connection "
        + "limit: probes succeed while the main port is full or requires client certificates.", "", ListenAddress.Parse)
    {
        CrossCheck = (settings, health) =>
            health is not null && settings.Get(ListenAddresses).Any(other => other.Equals(health))
            && health.Port is not 0
                ? "the same as web.listen-address; choose another port, such as 127.0.0.1:10380."
                : null,
    };

    public static readonly Setting<string?> WebConfigFile = new("web.config.file",
        "Web configuration file in the format of exporter-toolkit: TLS, client certificates, passwords. A path in the "
        + "exporter's own file system; `path.rootfs` does not apply.", "", SettingParsers.Text);

    public static readonly Setting<string> TelemetryPath = new("web.telemetry-path",
        "Path of the metrics page.", "/metrics", UrlPath);

    public static readonly Setting<string> RootPath = new("path.rootfs",
        "Mount point of the host's root file system. Labels show paths without it.", "/", SettingParsers.AbsolutePath);

    public static readonly Setting<string> ProcPath = new("path.procfs",
        "Mount point of the host's procfs.", "/proc", SettingParsers.AbsolutePath);

    public static readonly Setting<string> SysPath = new("path.sysfs",
        "Mount point of the host's sysfs.", "/sys", SettingParsers.AbsolutePath);

    public static readonly Setting<LogLevel> LogLevel = new("log.level",
        "Minimum level of logged events: `debug`, `info`, `warn` or `error`.", "info", SettingParsers.OneOf(
            ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
            ("info", Microsoft.Extensions.Logging.LogLevel.Information),
            ("warn", Microsoft.Extensions.Logging.LogLevel.Warning),
            ("error", Microsoft.Extensions.Logging.LogLevel.Error)));

    public static readonly Setting<LogFormat> LogFormat = new("log.format",
        "Format of log lines: `logfmt` or `json`.", "logfmt", SettingParsers.OneOf(
            ("logfmt", Settings.LogFormat.Logfmt), ("json", Settings.LogFormat.Json)));

    public static ImmutableArray<Setting> All { get; } =
        [ConfigFile, ListenAddresses, HealthListenAddress, WebConfigFile, TelemetryPath, RootPath, ProcPath, SysPath,
            LogLevel, LogFormat];

    private static ImmutableArray<string> ReservedFolders => ["/-/", "/etcd/", "/runbooks/"];

    // Only characters that need no escape in a URL, so that a scrape requests exactly the configured text.
    private static string UrlPath(string text) =>
        text is not ['/', _, ..] || !text.All(IsPlain)
            || text.Split('/')[1..].Any(part => part is "" or "." or "..")
            ? throw new FormatException(
                "write a path such as /metrics, of letters, digits and - _ . ~ between slashes.")
        : text is "/status.json"
            ? throw new FormatException("/status.json is another page; write another path, such as /metrics.")
        : ReservedFolders.Any(folder => $"{text}/".StartsWith(folder, StringComparison.Ordinal))
            ? throw new FormatException(
                "/-/, /etcd/ and /runbooks/ are reserved for other pages; write another path, such as /metrics.")
        : text;

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || "/-_.~".Contains(c, StringComparison.Ordinal);
}
