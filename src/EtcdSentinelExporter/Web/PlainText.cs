using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>Writes complete bodies with a known length.</summary>
internal static class PlainText
{
    /// <summary>Writes one line of text.</summary>
    /// <param name="sentence">Must not contain anything from the request.</param>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public static Task WriteAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(sentence + "\n"));
    }

    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public static async Task WriteAsync(HttpContext http, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        // With the token, because a write to a disconnected client may never complete, and would keep its place in
        // every limit.
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
