using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Collects metrics of the exporter's own process, without work during a scrape. Cannot be
/// disabled.</summary>
internal static class ProcessCollector
{
    public const string Name = "process";

    public static CollectorKind Kind { get; } = new(
        Name, [], ImmutableArray<MetricFamily>.CastUp(ProcessMetrics.Families), Create)
    {
        RunsIf = _ => true,
    };

    private static ProbeCollector<ProcessReading> Create(IServiceProvider provider) => new(
        Name,
        new Cadence(Every: TimeSpan.FromSeconds(10), Within: TimeSpan.FromSeconds(5)),
        new ProcessProbe("/proc", provider.GetRequiredService<LogDrops>().Count),
        ProcessMetrics.Families,
        subjects: _ => 1,
        judge: _ => [],
        provider.GetRequiredService<TimeProvider>())
    {
        IsInternal = true,
    };
}

/// <summary>Counts log lines that were dropped because standard error was not read.</summary>
/// <param name="Count">Since the start of the program.</param>
internal sealed record LogDrops(Func<long> Count);
