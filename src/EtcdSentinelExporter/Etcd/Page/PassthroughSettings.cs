using System.Collections.Immutable;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>What <c>/etcd/metrics</c> passes through, and how long that may take.</summary>
internal static class PassthroughSettings
{
    public static readonly ListSetting<string> Families = new("etcd.metrics-families",
        "Families of etcd's own metrics that `/etcd/metrics` passes on: names, `default` for those that rules and "
        + "dashboards use, `all`.",
        PassthroughFamilies.Default, PassthroughFamilies.Parse);

    public static readonly Setting<TimeSpan> Timeout = new("etcd.metrics-timeout",
        "How long a scrape of `/etcd/metrics` may take; less than Prometheus' own `scrape_timeout`.", "9s",
        SettingParsers.Within(SettingParsers.Duration, "100ms", "1m"));

    public static ImmutableArray<Setting> All { get; } = [Families, Timeout];
}
