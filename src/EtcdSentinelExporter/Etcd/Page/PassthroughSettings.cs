using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Settings of the <c>/etcd/metrics</c> passthrough.</summary>
internal static class PassthroughSettings
{
    public static readonly ListSetting<string> Families = new("etcd.metrics-families",
        "Families of etcd's own metrics that `/etcd/metrics` passes through: names, `default` (those that rules and "
        + "dashboards use) or `all`.",
        PassthroughFamilies.Default, PassthroughFamilies.Parse);

    public static readonly Setting<TimeSpan> Timeout = new("etcd.metrics-timeout",
        "Timeout of a scrape of `/etcd/metrics`; must be less than Prometheus' `scrape_timeout`.", "9s",
        SettingParsers.Within(SettingParsers.Duration, "100ms", "1m"));

    public static ImmutableArray<Setting> All { get; } = [Families, Timeout];
}
