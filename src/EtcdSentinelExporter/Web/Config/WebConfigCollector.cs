using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Monitors the web configuration. Runs only if <c>web.config.file</c> is set.</summary>
internal static class WebConfigCollector
{
    public const string Name = "web_config";

    public static CollectorKind Kind { get; } = new(
        Name, [], ImmutableArray<MetricFamily>.CastUp(WebConfigMetrics.Families), Create)
    {
        RunsIf = settings => settings.Get(GeneralSettings.WebConfigFile) is not null,
        AddServices = services =>
        {
            services.TryAddSingleton(WebConfigFile.Open);
            services.TryAddSingleton<RefusedRequests>(_ => new());
        },
    };

    private static ProbeCollector<WebConfigReading> Create(IServiceProvider provider) => new(
        Name,
        new Cadence(Every: TimeSpan.FromSeconds(10), Within: TimeSpan.FromSeconds(5)),
        new WebConfigProbe(
            provider.GetRequiredService<WebConfigSource>(), provider.GetRequiredService<RefusedRequests>()),
        WebConfigMetrics.Families,
        subjects: _ => 1,
        judge: _ => [],
        provider.GetRequiredService<TimeProvider>())
    {
        IsInternal = true,
    };
}
