using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Storage;

internal static class StorageCollector
{
    public const string Name = "storage";

    public static CollectorKind Kind { get; } = new(
        Name, StorageSettings.All, ImmutableArray<MetricFamily>.CastUp(StorageMetrics.Families), Create);

    private static Collector<StorageReading> Create(SettingValues settings, Facts facts, TimeProvider clock) => new(
        Name, StorageSettings.Common.Cadence(settings, facts.Timeouts), Probe(settings, facts, clock),
        StorageMetrics.Families,
        subjects: reading => reading.Roles.Places.Length, judge: StorageFindings.Judge, clock);

    // Not the load that is shared: the window is to be from one of these polls to the next.
    private static StorageProbe Probe(SettingValues settings, Facts facts, TimeProvider clock) => new(
        facts.Roles.GetAsync,
        new(facts.Processes, new(settings.Get(GeneralSettings.SysPath), clock), clock),
        new(
            new(settings.Get(GeneralSettings.RootPath)), StorageSettings.Given(settings), facts.Timeouts.EtcdFolder,
            clock),
        facts.Processes,
        clock);
}
