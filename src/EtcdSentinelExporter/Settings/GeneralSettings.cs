using System.Collections.Immutable;

namespace EtcdSentinelExporter.Settings;

internal enum LogFormat { Logfmt, Json }

/// <summary>What belongs to no collector: where to listen, where the host's files are, and how to log.</summary>
internal static class GeneralSettings
{
    public static readonly Setting<string?> ConfigFile = new("config.file",
        "YAML file with settings.", "", SettingParsers.Text)
    {
        InFile = false,
    };

    public static readonly ListSetting<ListenAddress> ListenAddresses = new("web.listen-address",
        "Where to listen: `:port`, `address:port` or `[IPv6]:port`.", ":10379", ListenAddress.Parse);

    public static readonly Setting<ListenAddress?> HealthListenAddress = new("web.health-listen-address",
        "A second listen address for `/-/healthy` and `/-/ready` alone, always plain HTTP and with its own connection "
        + "limit: probes succeed while the main port is full or requires client certificates.", "", ListenAddress.Parse)
    {
        Beside = (settings, health) =>
            health is not null && settings.Get(ListenAddresses).Any(other => other.EndPoint.Equals(health.EndPoint))
            && health.EndPoint.Port is not 0
                ? "the same as web.listen-address; choose another port, such as 127.0.0.1:10380."
                : null,
    };

    public static readonly Setting<string?> WebConfigFile = new("web.config.file",
        "Web configuration as of exporter-toolkit: TLS, client certificates, passwords. A path of the exporter's own "
        + "file system, whatever `path.rootfs` is.", "", SettingParsers.Text);

    public static readonly Setting<string> TelemetryPath = new("web.telemetry-path",
        "Path of the metrics page.", "/metrics", UrlPath);

    public static readonly Setting<string> RootPath = new("path.rootfs",
        "Where the host's root is mounted. Labels show paths without it.", "/", SettingParsers.AbsolutePath);

    public static readonly Setting<string> ProcPath = new("path.procfs",
        "Where the host's procfs is mounted.", "/proc", SettingParsers.AbsolutePath);

    public static readonly Setting<string> SysPath = new("path.sysfs",
        "Where the host's sysfs is mounted.", "/sys", SettingParsers.AbsolutePath);

    public static readonly Setting<LogLevel> LogLevel = new("log.level",
        "The least important events that are logged: `debug`, `info`, `warn` or `error`.", "info", SettingParsers.OneOf(
            ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
            ("info", Microsoft.Extensions.Logging.LogLevel.Information),
            ("warn", Microsoft.Extensions.Logging.LogLevel.Warning),
            ("error", Microsoft.Extensions.Logging.LogLevel.Error)));

    public static readonly Setting<LogFormat> LogFormat = new("log.format",
        "How a line of the log is written: `logfmt` or `json`.", "logfmt", SettingParsers.OneOf(
            ("logfmt", Settings.LogFormat.Logfmt), ("json", Settings.LogFormat.Json)));

    public static ImmutableArray<Setting> All { get; } =
        [ConfigFile, ListenAddresses, HealthListenAddress, WebConfigFile, TelemetryPath, RootPath, ProcPath, SysPath,
            LogLevel, LogFormat];

    private static ImmutableArray<string> Taken => ["/-/", "/etcd/", "/runbooks/"];

    // Only characters that need no escape in a URL: what is written here is what a scrape asks for.
    private static string UrlPath(string text) =>
        text is not ['/', _, ..] || !text.All(IsPlain)
            || text.Split('/')[1..].Any(part => part is "" or "." or "..")
            ? throw new FormatException(
                "write a path such as /metrics, of letters, digits and - _ . ~ between slashes.")
        : Taken.Any(folder => $"{text}/".StartsWith(folder, StringComparison.Ordinal))
            ? throw new FormatException(
                "/-/, /etcd/ and /runbooks/ are taken by other pages; write another path, such as /metrics.")
        : text;

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || "/-_.~".Contains(c, StringComparison.Ordinal);
}
