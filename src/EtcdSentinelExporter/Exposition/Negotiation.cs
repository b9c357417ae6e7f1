namespace EtcdSentinelExporter.Exposition;

/// <summary>Which form of a page a client gets. There is always one: nobody is ever refused.</summary>
internal static class Negotiation
{
    /// <summary>OpenMetrics for whoever names it (as 1.0.0 or without a version) and likes it no less than plain
    /// text.</summary>
    /// <param name="accept">The header as it came, several lines joined by commas; <see langword="null"/> without
    /// one.</param>
    public static TextFormat Choose(string? accept)
    {
        var ranges = AcceptHeader.Read(accept).ToArray();
        var openMetrics = Quality(ranges, IsOpenMetrics("1.0.0"), IsOpenMetrics(null));
        // Version 1.0.0 of plain text quotes names: it is another format, which is never sent.
        var text = Quality(
            ranges, range => range is { Name: "text/plain", Version: null or "0.0.4" }, Is("text/*"), Is("*/*"));
        return openMetrics > 0 && openMetrics >= text ? TextFormat.OpenMetrics : TextFormat.Prometheus;
    }

    /// <param name="acceptEncoding">The header as it came; <see langword="null"/> without one.</param>
    public static bool AcceptsGzip(string? acceptEncoding) =>
        Quality([.. AcceptHeader.Read(acceptEncoding)], Is("gzip"), Is("x-gzip"), Is("*")) > 0;

    public static string ContentType(TextFormat format) => format is TextFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    private static Func<Accepted, bool> Is(string name) => item => item.Name == name;

    private static Func<Accepted, bool> IsOpenMetrics(string? version) =>
        item => item.Name is "application/openmetrics-text" && item.Version == version;

    /// <summary>What the most specific item that matches says: a client may exclude one thing and take all
    /// others.</summary>
    private static double Quality(Accepted[] items, params ReadOnlySpan<Func<Accepted, bool>> mostSpecificFirst)
    {
        foreach (var matches in mostSpecificFirst)
        {
            if (items.Where(matches).Select(item => (double?)item.Quality).FirstOrDefault() is { } quality)
                return quality;
        }
        return 0;
    }
}
