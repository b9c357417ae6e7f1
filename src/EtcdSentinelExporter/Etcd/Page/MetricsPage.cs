using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>The samples of the wanted families of a metrics page, in the page's order.</summary>
internal sealed class MetricsPage(ImmutableArray<MetricsSample> samples)
{
    private readonly ILookup<string, MetricsSample> _byName =
        samples.ToLookup(sample => sample.Name, StringComparer.Ordinal);

    public ImmutableArray<MetricsSample> Samples => samples;

    /// <summary>The sample without labels; <see langword="null"/> when the page has none, or it was not
    /// wanted.</summary>
    /// <param name="name">As printed: with <c>_sum</c>, <c>_count</c> or <c>_total</c>.</param>
    public double? Value(string name) => Of(name).FirstOrDefault(sample => sample.Labels.IsEmpty)?.Value;

    /// <summary>All samples of that name, whatever their labels.</summary>
    /// <param name="name">As printed: with <c>_bucket</c>, <c>_sum</c>, <c>_count</c> or <c>_total</c>.</param>
    public IEnumerable<MetricsSample> Of(string name) => _byName[name];
}

/// <param name="Name">As printed.</param>
/// <param name="Labels">Without escapes.</param>
/// <param name="Value">May be NaN or infinite.</param>
internal sealed record MetricsSample(string Name, ImmutableSortedDictionary<string, string> Labels, double Value);
