using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Metrics;

/// <summary>Collects the samples of one family.</summary>
/// <remarks>
/// Prometheus rejects a whole page for a duplicate label set or a counter that is negative or NaN. prometheus-net
/// overwrites duplicates and exports 0 for such a counter. So these samples are dropped here, and counted. Samples
/// of the wrong type are a bug of the collector, and throw.
/// </remarks>
internal sealed class SampleList(MetricFamily family)
{
    // prometheus-net escapes line feeds only. Prometheus stops parsing at a NUL, and rejects a page that is not UTF-8.
    private const string EscapedByLibrary = "\n";

    private readonly ImmutableArray<Sample>.Builder _samples = ImmutableArray.CreateBuilder<Sample>();
    private readonly HashSet<string[]> _labelSets = new(EqualityComparer<string[]>.Create(AreEqual, Hash));

    /// <summary>Samples dropped so far; a histogram counts as one.</summary>
    public int Dropped { get; private set; }

    public ImmutableArray<Sample> ToImmutable() => _samples.ToImmutable();

    /// <param name="value">The value in the family's unit.</param>
    /// <param name="labelValues">One per label of the family, in the same order. Prometheus ignores a label with an
    /// empty value.</param>
    /// <exception cref="ArgumentException">The number of label values is not the number of labels.</exception>
    public void Add(double value, params ReadOnlySpan<string> labelValues)
    {
        if (family.Type is MetricType.Histogram)
            throw new InvalidOperationException($"{family.Name} is a histogram, but got a single value.");
        // The sum is the value, and makes -0 a 0: prometheus-net writes -0 in one format and 0 in the other.
        Add(new Sample(Clean(labelValues), value + 0.0), isValid: family.Type is not MetricType.Counter || value >= 0);
    }

    /// <summary>Adds <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</summary>
    /// <exception cref="InvalidOperationException">The bounds differ from those of the first histogram.</exception>
    /// <inheritdoc cref="Add(double, ReadOnlySpan{string})"/>
    public void Add(Histogram histogram, params ReadOnlySpan<string> labelValues)
    {
        if (family.Type is not MetricType.Histogram)
            throw new InvalidOperationException($"{family.Name} is not a histogram, but got one.");
        // prometheus-net has one list of bounds per family.
        if (_samples is [{ Histogram: { } first }, ..] && !first.UpperBounds.SequenceEqual(histogram.UpperBounds))
            throw new InvalidOperationException($"{family.Name} got histograms with different bounds.");
        Add(new Sample(Clean(labelValues), 0, histogram), isValid: true);
    }

    private void Add(Sample sample, bool isValid)
    {
        if (isValid && _labelSets.Add(sample.Labels))
            _samples.Add(sample);
        else
            Dropped++;
    }

    private string[] Clean(ReadOnlySpan<string> values)
    {
        if (values.Length != family.Labels.Length)
        {
            throw new ArgumentException(
                $"{family.Name} has {family.Labels.Length} labels, but got {values.Length} values.", nameof(values));
        }

        var clean = new string[values.Length];
        for (var i = 0; i < clean.Length; i++)
            clean[i] = UnsafeCharacters.Replace(values[i] ?? "", EscapedByLibrary);
        return clean;
    }

    private static bool AreEqual(string[]? one, string[]? other) => one.AsSpan().SequenceEqual(other);

    private static int Hash(string[] values)
    {
        var hash = new HashCode();
        foreach (var value in values)
            hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
