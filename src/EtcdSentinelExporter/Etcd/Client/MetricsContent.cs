using System.Net.Http.Headers;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Validates that a response is a metrics page.</summary>
internal static class MetricsContent
{
    private const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    // Limits what an untrusted server may put into our headers and messages.
    private const int MaxTypeLength = 200;

    /// <summary>Returns the server's content type, or that of the text format if there is none.</summary>
    /// <exception cref="EtcdException">The type is not that of a metrics page, or the response is compressed although
    /// no compression was requested.</exception>
    public static string Type(HttpContentHeaders headers)
    {
        if (headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw Invalid("is compressed although no compression was requested; bypass the proxy in front of etcd");
        if (headers.ContentType is not { } type)
            return headers.Contains("Content-Type") ? throw Invalid("has a malformed content type") : TextFormat;
        if (type.MediaType is not "text/plain")
            throw Invalid($"is {Short(type.MediaType)} and not text/plain; is etcd's metrics URL right?");
        if (type.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Invalid($"is encoded as {Short(charset)} and not as UTF-8");
        var text = type.ToString();
        // It becomes a response header, which allows only printable ASCII.
        if (text.Any(letter => letter is < ' ' or > '~'))
            throw Invalid("has a malformed content type");
        return text.Length <= MaxTypeLength ? text : TextFormat;
    }

    private static EtcdException Invalid(string what) => new(EtcdReason.Protocol, $"The page {what}.");

    private static string Short(string? text) => text is { Length: > 60 } ? text[..60] + "…" : text ?? "untyped";
}
