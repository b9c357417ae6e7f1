namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>The samples of the requested families of a metrics page, in the page's order.</summary>
internal sealed class MetricsPage(ImmutableArray<MetricsSample> samples)
{
    private readonly ILookup<string, MetricsSample> _byName =
        samples.ToLookup(sample => sample.Name, StringComparer.Ordinal);

    public ImmutableArray<MetricsSample> Samples => samples;

    /// <summary>Value of the sample without labels; <see langword="null"/> if the page has none, or its family was not
    /// requested.</summary>
    /// <param name="name">As printed: with <c>_sum</c>, <c>_count</c> or <c>_total</c>.</param>
    public double? Value(string name) => Of(name).FirstOrDefault(sample => sample.Labels.IsEmpty)?.Value;

    /// <summary>All samples of that name, with any labels.</summary>
    /// <param name="name">As printed: with <c>_bucket</c>, <c>_sum</c>, <c>_count</c> or <c>_total</c>.</param>
    public IEnumerable<MetricsSample> Of(string name) => _byName[name];
}

/// <param name="Name">As printed.</param>
/// <param name="Labels">Unescaped.</param>
/// <param name="Value">May be NaN or infinite.</param>
internal sealed record MetricsSample(string Name, ImmutableSortedDictionary<string, string> Labels, double Value);
