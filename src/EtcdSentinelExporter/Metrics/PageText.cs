using System.IO.Compression;
using Prometheus;

namespace EtcdSentinelExporter.Metrics;

internal enum TextFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>The encoded bytes of one metrics page, in each format, with or without gzip.</summary>
/// <remarks>Encoded lazily at the first call. Concurrent calls share one result.</remarks>
internal sealed class PageText
{
    private readonly Body _prometheus;
    private readonly Body _openMetrics;

    /// <param name="parts">In the order of the page, without duplicate families.</param>
    public PageText(ImmutableArray<FamiliesText> parts)
    {
        _prometheus = new(() => JoinAsync(parts, TextFormat.Prometheus));
        _openMetrics = new(() => JoinAsync(parts, TextFormat.OpenMetrics));
    }

    public static string ContentType(TextFormat format) => format is TextFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    public Task<byte[]> BytesAsync(TextFormat format, bool gzip)
    {
        var body = format is TextFormat.OpenMetrics ? _openMetrics : _prometheus;
        return (gzip ? body.Gzip : body.Plain).GetAsync();
    }

    private static async Task<byte[]> JoinAsync(ImmutableArray<FamiliesText> parts, TextFormat format)
    {
        var texts = await Task.WhenAll(parts.Select(part => part.BytesAsync(format)));
        var end = format is TextFormat.OpenMetrics ? FamiliesText.OpenMetricsEnd : default;
        var page = new byte[texts.Sum(text => text.Length) + end.Length];
        var at = 0;
        foreach (var text in texts)
        {
            text.CopyTo(page, at);
            at += text.Length;
        }
        end.CopyTo(page.AsSpan(at));
        return page;
    }

    private sealed class Body
    {
        public Body(Func<Task<byte[]>> write)
        {
            Plain = new(write);
            Gzip = new(CompressAsync);
        }

        public SharedBytes Plain { get; }

        public SharedBytes Gzip { get; }

        private async Task<byte[]> CompressAsync()
        {
            using var to = new MemoryStream();
            await using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
                await gzip.WriteAsync(await Plain.GetAsync());
            return to.ToArray();
        }
    }
}

/// <summary>The encoded bytes of some families in each format, without the end marker of OpenMetrics.</summary>
/// <remarks>Encoded lazily at the first call, because polls are more frequent than scrapes. Concurrent calls share
/// one result. The registry is not cached: most clients use one format only.</remarks>
/// <param name="families">Called once per format, unless it fails.</param>
internal sealed class FamiliesText(Func<ImmutableArray<FamilySamples>> families)
{
    // A little more than the usual length of a line, so that the buffer seldom grows.
    private const int BytesPerSample = 160;

    private readonly SharedBytes _prometheus = new(() => WriteAsync(families(), ExpositionFormat.PrometheusText));
    private readonly SharedBytes _openMetrics = new(() => WriteAsync(families(), ExpositionFormat.OpenMetricsText));

    public static ReadOnlySpan<byte> OpenMetricsEnd => "# EOF\n"u8;

    public Task<byte[]> BytesAsync(TextFormat format) =>
        (format is TextFormat.OpenMetrics ? _openMetrics : _prometheus).GetAsync();

    // Not with the token of one scrape: all scrapes share the bytes.
    private static async Task<byte[]> WriteAsync(ImmutableArray<FamilySamples> families, ExpositionFormat format)
    {
        using var to = new MemoryStream(families.Sum(family => family.Samples.Length) * BytesPerSample);
        await MetricsRegistry.Of(families).CollectAndExportAsTextAsync(to, format, CancellationToken.None);
        var text = to.GetBuffer().AsSpan(0, (int)to.Length);
        return (text.EndsWith(OpenMetricsEnd) ? text[..^OpenMetricsEnd.Length] : text).ToArray();
    }
}

/// <summary>Creates bytes lazily, and caches them for all callers, also concurrent ones.</summary>
/// <remarks>A failure is not cached: it may be a temporary lack of memory.</remarks>
internal sealed class SharedBytes(Func<Task<byte[]>> make)
{
    private readonly Lock _gate = new();
    private Task<byte[]>? _made;

    public Task<byte[]> GetAsync()
    {
        lock (_gate)
            return _made = _made is null or { IsFaulted: true } or { IsCanceled: true } ? make() : _made;
    }
}
