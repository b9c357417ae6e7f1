using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdSentinelExporter.Web;

/// <summary>Routes requests to pages by exact path. No part of a request ever becomes part of a file path or
/// URL.</summary>
internal sealed class Site(FrozenDictionary<string, RequestDelegate> pages)
{
    public async Task ServeAsync(HttpContext http)
    {
        var response = http.Response;
        Describe(response);
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // No page reads a body, so the connection is closed. With HTTP/2 only the stream ends, and Kestrel would
            // log a warning about the header for each such request.
            if (!HttpProtocol.IsHttp2(http.Request.Protocol))
                response.Headers.Connection = "close";
            await PlainText.WriteAsync(http, StatusCodes.Status413PayloadTooLarge,
                "Requests with a body are not accepted.");
        }
        else if (!pages.TryGetValue(http.Request.Path.Value ?? "", out var page))
        {
            await RefuseAsync(http);
        }
        else if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await PlainText.WriteAsync(http, StatusCodes.Status405MethodNotAllowed,
                "Method not allowed; use GET or HEAD.");
        }
        else
        {
            await page(http);
        }
    }

    /// <summary>Sets the headers of every response, errors included.</summary>
    public static void Describe(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    private static Task RefuseAsync(HttpContext http) => RunbookPages.IsBelow(http.Request.Path)
        ? RunbookPages.RefuseAsync(http)
        : PlainText.WriteAsync(http, StatusCodes.Status404NotFound,
            "Page not found; see / for all pages.");
}
