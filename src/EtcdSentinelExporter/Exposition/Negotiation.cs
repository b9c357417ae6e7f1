namespace EtcdSentinelExporter.Exposition;

/// <summary>Which form of the page a scrape wants.</summary>
internal static class Negotiation
{
    public static TextFormat Choose(string? accept) =>
        accept?.Contains("application/openmetrics-text", StringComparison.Ordinal) is true ? TextFormat.OpenMetrics : TextFormat.Prometheus;

    public static string ContentType(TextFormat format) => format is TextFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    public static bool AcceptsGzip(string? acceptEncoding) =>
        acceptEncoding?.Contains("gzip", StringComparison.Ordinal) is true;
}
