using System.Collections.Immutable;

namespace EtcdSentinelExporter.Exposition;

/// <summary>The sample lines of one family. The same bytes in every format: only the header lines differ.</summary>
/// <param name="Family">What the header lines say.</param>
/// <param name="Samples">Whole lines; empty when every sample was dropped.</param>
/// <param name="Dropped">Samples that were left out because they would have made Prometheus refuse the whole
/// page.</param>
internal readonly record struct FamilyText(MetricFamily Family, ReadOnlyMemory<byte> Samples, int Dropped)
{
    /// <summary>One text per family that has samples, in the order of the table.</summary>
    public static ImmutableArray<FamilyText> Of<TReading>(
        ImmutableArray<MetricFamily<TReading>> families, TReading reading)
    {
        var text = new TextEncoder();
        var parts = families.Select(family => Part(family, reading, text)).ToArray();
        ReadOnlyMemory<byte> all = text.ToArray();
        return [.. parts
            .Select(part => new FamilyText(part.Family, all[part.Lines], part.Dropped))
            .Where(family => !family.Samples.IsEmpty || family.Dropped > 0)];
    }

    private static (MetricFamily Family, Range Lines, int Dropped) Part<TReading>(
        MetricFamily<TReading> family, TReading reading, TextEncoder text)
    {
        var start = text.Length;
        var samples = new SampleWriter(family, text);
        family.Sample(reading, samples);
        return (family, start..text.Length, samples.Dropped);
    }
}
