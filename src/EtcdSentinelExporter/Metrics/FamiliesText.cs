using System.Collections.Immutable;
using Prometheus;

namespace EtcdSentinelExporter.Metrics;

/// <summary>The encoded bytes of some families in each format, without the end marker of OpenMetrics.</summary>
/// <remarks>Encoded lazily at the first call, because polls are more frequent than scrapes. Concurrent calls share
/// one result. The registry is not cached: most clients use one format only.</remarks>
/// <param name="families">Called once per format, unless it fails.</param>
internal sealed class FamiliesText(Func<ImmutableArray<FamilySamples>> families)
{
    private readonly SharedBytes _prometheus = new(() => WriteAsync(families(), ExpositionFormat.PrometheusText));
    private readonly SharedBytes _openMetrics = new(() => WriteAsync(families(), ExpositionFormat.OpenMetricsText));

    /// <summary>Last line of a page in OpenMetrics.</summary>
    public static ReadOnlySpan<byte> OpenMetricsEnd => "# EOF\n"u8;

    public Task<byte[]> BytesAsync(TextFormat format) =>
        (format is TextFormat.OpenMetrics ? _openMetrics : _prometheus).GetAsync();

    // Not with the token of one scrape: all scrapes share the bytes.
    private static async Task<byte[]> WriteAsync(IEnumerable<FamilySamples> families, ExpositionFormat format)
    {
        using var to = new MemoryStream();
        await MetricsRegistry.Of(families).CollectAndExportAsTextAsync(to, format, CancellationToken.None);
        var text = to.GetBuffer().AsSpan(0, (int)to.Length);
        return (text.EndsWith(OpenMetricsEnd) ? text[..^OpenMetricsEnd.Length] : text).ToArray();
    }
}
