using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>Writes bodies that are complete before the first byte is sent.</summary>
internal static class PlainText
{
    /// <param name="sentence">Never holds anything from the request.</param>
    public static Task WriteAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(sentence + "\n"));
    }

    public static async Task WriteAsync(HttpContext http, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        // A client that leaves ends the write as it is; cancelling it would only turn that into an exception to log.
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(body, CancellationToken.None);
    }
}
