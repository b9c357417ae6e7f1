using Prometheus;

namespace EtcdSentinelExporter.Metrics;

/// <summary>Fills a registry of prometheus-net with samples.</summary>
/// <remarks>Each page has its own registry that never changes afterwards, so a series disappears with its subject.
/// The default registry, default metrics, adapters and callbacks of prometheus-net are not used.</remarks>
internal static class MetricsRegistry
{
    /// <param name="families">Already validated by <see cref="FamilyRules"/> and <see cref="SampleList"/>.</param>
    public static CollectorRegistry Of(IEnumerable<FamilySamples> families)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        // Otherwise the trace of the scrape that fills the registry would become an exemplar of each counter.
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        // A family without samples would print its header, and one without labels the value 0.
        foreach (var family in families.Where(family => !family.Samples.IsEmpty))
            Add(factory, family);
        return registry;
    }

    private static void Add(IMetricFactory factory, FamilySamples samples)
    {
        string[] labels = [.. samples.Family.Labels];
        switch (samples.Family.Type)
        {
            case MetricType.Counter:
                AddCounter(factory, samples, labels);
                break;
            case MetricType.Histogram:
                AddHistogram(factory, samples, labels);
                break;
            default:
                AddGauge(factory, samples, labels);
                break;
        }
    }

    private static void AddGauge(IMetricFactory factory, FamilySamples samples, string[] labels)
    {
        var gauge = factory.CreateGauge(samples.Family.Name, samples.Family.Help, labels);
        foreach (var sample in samples.Samples)
            gauge.WithLabels(sample.Labels).Set(sample.Value);
    }

    private static void AddCounter(IMetricFactory factory, FamilySamples samples, string[] labels)
    {
        var counter = factory.CreateCounter(samples.Family.Name, samples.Family.Help, labels);
        foreach (var sample in samples.Samples)
            counter.WithLabels(sample.Labels).IncTo(sample.Value);
    }

    private static void AddHistogram(IMetricFactory factory, FamilySamples samples, string[] labels)
    {
        HistogramConfiguration configuration = new() { Buckets = [.. samples.Samples[0].Histogram!.UpperBounds] };
        var histogram = factory.CreateHistogram(samples.Family.Name, samples.Family.Help, labels, configuration);
        foreach (var sample in samples.Samples)
        {
            var child = histogram.WithLabels(sample.Labels);
            foreach (var bucket in sample.Histogram!.Buckets.Where(bucket => bucket.Count > 0))
                child.Observe(bucket.Mean, bucket.Count);
        }
    }
}
