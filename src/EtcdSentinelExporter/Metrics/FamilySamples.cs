using System.Collections.Immutable;

namespace EtcdSentinelExporter.Metrics;

/// <summary>The samples of one family in one reading.</summary>
/// <param name="Samples">Empty if every sample was dropped.</param>
/// <param name="Dropped">Samples dropped because Prometheus would reject the whole page.</param>
internal readonly record struct FamilySamples(MetricFamily Family, ImmutableArray<Sample> Samples, int Dropped)
{
    /// <summary>Samples all families, and returns those with samples or drops, in the same order.</summary>
    public static ImmutableArray<FamilySamples> Of<TReading>(
        ImmutableArray<MetricFamily<TReading>> families, TReading reading) =>
        [.. families
            .Select(family => Of(family, reading))
            .Where(family => !family.Samples.IsEmpty || family.Dropped > 0)];

    private static FamilySamples Of<TReading>(MetricFamily<TReading> family, TReading reading)
    {
        var samples = new SampleList(family);
        family.Sample(reading, samples);
        return new(family, samples.ToImmutable(), samples.Dropped);
    }
}
