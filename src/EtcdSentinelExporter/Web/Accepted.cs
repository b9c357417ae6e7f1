using EtcdSentinelExporter.Metrics;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EtcdSentinelExporter.Web;

/// <summary>Negotiates the response format. No request is rejected because of its Accept headers.</summary>
internal static class Accepted
{
    // Prometheus sends up to 600 characters. The framework parses malformed lists in quadratic time.
    private const int MaxLength = 2048;

    /// <summary>OpenMetrics if the client lists it (as 1.0.0 or without a version) with at least the quality of plain
    /// text.</summary>
    public static TextFormat Format(HttpRequest request)
    {
        var ranges = MediaTypes(request);
        var openMetrics = Quality(ranges, IsOpenMetrics("1.0.0"), IsOpenMetrics(null));
        // Version 1.0.0 of plain text is another format with quoted names, which is not supported.
        var text = Quality(
            ranges, range => Is(range, "text/plain") && Version(range) is null or "0.0.4",
            range => Is(range, "text/*"), range => Is(range, "*/*"));
        return openMetrics > 0 && openMetrics >= text ? TextFormat.OpenMetrics : TextFormat.Prometheus;
    }

    public static bool Gzip(HttpRequest request)
    {
        var codings = IsTooLong(request.Headers.AcceptEncoding) ? [] : request.GetTypedHeaders().AcceptEncoding;
        var gzip = codings.FirstOrDefault(coding => IsAny(coding.Value, "gzip", "x-gzip"))
            ?? codings.FirstOrDefault(coding => IsAny(coding.Value, "*"));
        return gzip is not null && gzip.Quality is not <= 0;
    }

    /// <summary>True if the client lists HTML, as browsers do; curl and wget accept anything.</summary>
    public static bool Html(HttpRequest request) => Quality(MediaTypes(request), range => Is(range, "text/html")) > 0;

    private static IList<MediaTypeHeaderValue> MediaTypes(HttpRequest request) =>
        IsTooLong(request.Headers.Accept) ? [] : request.GetTypedHeaders().Accept;

    private static bool IsTooLong(StringValues header) => header.Sum(line => line?.Length ?? 0) > MaxLength;

    private static Func<MediaTypeHeaderValue, bool> IsOpenMetrics(string? version) =>
        range => Is(range, "application/openmetrics-text") && Version(range) == version;

    private static bool Is(MediaTypeHeaderValue range, string mediaType) => IsAny(range.MediaType, mediaType);

    private static bool IsAny(StringSegment value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static string? Version(MediaTypeHeaderValue range) =>
        range.Parameters.FirstOrDefault(parameter => IsAny(parameter.Name, "version")) is { } version
            ? HeaderUtilities.RemoveQuotes(version.Value).Value
            : null;

    /// <summary>Quality of the most specific range that matches: a client may exclude one type and accept all
    /// others.</summary>
    private static double Quality(
        IList<MediaTypeHeaderValue> ranges, params ReadOnlySpan<Func<MediaTypeHeaderValue, bool>> mostSpecificFirst)
    {
        foreach (var matches in mostSpecificFirst)
        {
            if (ranges.FirstOrDefault(matches) is { } range)
                return range.Quality ?? (HasQuality(range) ? 0 : 1);
        }
        return 0;
    }

    // The framework returns no quality for an invalid one either: such a range counts as excluded.
    private static bool HasQuality(MediaTypeHeaderValue range) =>
        range.Parameters.Any(parameter => IsAny(parameter.Name, "q"));
}
