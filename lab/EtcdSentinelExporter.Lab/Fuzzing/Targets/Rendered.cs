using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>Writes the page of a reading, and reads it back.</summary>
internal static class Rendered
{
    /// <summary>Checks that the page has exactly the samples of the reading, with safe labels.</summary>
    /// <exception cref="BrokenPropertyException">The page has other samples.</exception>
    public static async Task CheckAsync<TReading>(ImmutableArray<MetricFamily<TReading>> families, TReading reading)
    {
        var samples = FamilySamples.Of(families, reading);
        FamiliesText text = new(() => samples);
        await text.BytesAsync(TextFormat.OpenMetrics);
        await using MemoryStream page = new(await text.BytesAsync(TextFormat.Prometheus));
        var names = samples.Select(family => family.Family.Name).ToHashSet(StringComparer.Ordinal);
        var read = await MetricsPageReader.ReadAsync(page, names, default);
        foreach (var family in samples)
            Compare(family, [.. read.Of(family.Family.Name)]);
    }

    private static void Compare(FamilySamples family, ImmutableArray<MetricsSample> read)
    {
        Property.Holds(read.Length == family.Samples.Length, $"{family.Family.Name} has {read.Length} samples");
        foreach (var (written, back) in family.Samples.Zip(read))
        {
            Property.Holds(written.Value.Equals(back.Value), $"{family.Family.Name} has another value");
            foreach (var (name, label) in family.Family.Labels.Zip(written.Labels))
            {
                Property.Holds(back.Labels.GetValueOrDefault(name, "") == label,
                    $"{family.Family.Name} has another {name}");
                Property.IsSafe(label, name, "\n");
            }
        }
    }
}
