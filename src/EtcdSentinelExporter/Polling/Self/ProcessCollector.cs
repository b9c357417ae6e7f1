namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Keeps what the exporter says about itself fresh, without work during a scrape. No setting turns it
/// off.</summary>
internal static class ProcessCollector
{
    public const string Name = "process";

    public static Collector Create(Func<long> droppedLogLines, TimeProvider clock) => new Collector<ProcessReading>(
        Name,
        new Cadence(Every: TimeSpan.FromSeconds(10), Within: TimeSpan.FromSeconds(5)),
        new ProcessProbe("/proc", droppedLogLines),
        ProcessMetrics.Families,
        subjects: _ => 1,
        judge: _ => [],
        clock)
    {
        IsInternal = true,
    };
}
