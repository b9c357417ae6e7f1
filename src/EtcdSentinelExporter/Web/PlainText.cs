using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>Writes bodies that are complete before the first byte is sent.</summary>
internal static class PlainText
{
    /// <param name="sentence">Never holds anything from the request.</param>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public static Task WriteAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(sentence + "\n"));
    }

    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public static async Task WriteAsync(HttpContext http, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        // The token, because a write to a peer that is gone may otherwise never complete, and keep its place in every
        // limit around it.
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
