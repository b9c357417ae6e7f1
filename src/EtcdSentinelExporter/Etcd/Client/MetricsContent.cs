using System.Net.Http.Headers;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Tells a page of metrics from whatever else may answer at its address.</summary>
internal static class MetricsContent
{
    private const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    // Bound of what a stranger may put into a header and a message of ours.
    private const int MaxTypeLength = 200;

    /// <summary>The content type as the server wrote it; that of the text format where it wrote none.</summary>
    /// <exception cref="EtcdException">It is another one, or compressed though we did not ask for that.</exception>
    public static string Type(HttpContentHeaders headers)
    {
        if (headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw Wrong("is compressed, which nobody asked for; leave out what stands between here and etcd");
        if (headers.ContentType is not { } type)
            return headers.Contains("Content-Type") ? throw Wrong("has a malformed content type") : TextFormat;
        if (type.MediaType is not "text/plain")
            throw Wrong($"is {Short(type.MediaType)} and not text/plain; is etcd's metrics URL right?");
        if (type.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Wrong($"is written in {Short(charset)} and not in UTF-8");
        var text = type.ToString();
        // It goes into a header of ours, which takes nothing else.
        if (text.Any(letter => letter is < ' ' or > '~'))
            throw Wrong("has a malformed content type");
        return text.Length <= MaxTypeLength ? text : TextFormat;
    }

    private static EtcdException Wrong(string what) => new(EtcdReason.Protocol, $"The page {what}.");

    private static string Short(string? text) => text is { Length: > 60 } ? text[..60] + "…" : text ?? "untyped";
}
