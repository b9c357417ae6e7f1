using System.Collections.Immutable;
using System.IO.Compression;

namespace EtcdSentinelExporter.Metrics;

/// <summary>Format of a metrics page.</summary>
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

    /// <summary>Creates a page.</summary>
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
        using var to = new MemoryStream();
        foreach (var part in parts)
            to.Write(await part.BytesAsync(format));
        if (format is TextFormat.OpenMetrics)
            to.Write(FamiliesText.OpenMetricsEnd);
        return to.ToArray();
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
