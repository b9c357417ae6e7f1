using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Says whether the web configuration can be used; only where there is one.</summary>
internal static class WebConfigCollector
{
    public static Collector Create(WebConfigSource config, AccessGuard guard, TimeProvider clock) =>
        new Collector<WebConfigReading>(
            "web_config",
            new Cadence(Every: TimeSpan.FromSeconds(10), Within: TimeSpan.FromSeconds(5)),
            new WebConfigProbe(config, guard),
            WebConfigMetrics.Families,
            subjects: _ => 1,
            judge: _ => [],
            clock)
        {
            IsInternal = true,
        };
}
