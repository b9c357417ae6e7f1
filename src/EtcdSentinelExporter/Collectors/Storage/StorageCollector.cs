using System.Collections.Immutable;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Exposition;

namespace EtcdSentinelExporter.Collectors.Storage;

internal static class StorageCollector
{
    public const string Name = "storage";

    public static CollectorKind Kind { get; } = new(
        Name, StorageSettings.All, ImmutableArray<MetricFamily>.CastUp(StorageMetrics.Families), Create);

    private static Collector<StorageReading> Create(Settings settings, Facts facts, TimeProvider clock) => new(
        Name, StorageSettings.Common.Cadence(settings), new StorageProbe(facts.Roles.GetAsync, clock), StorageMetrics.Families,
        subjects: reading => reading.Roles.Places.Length, judge: StorageFindings.Judge, clock);
}
