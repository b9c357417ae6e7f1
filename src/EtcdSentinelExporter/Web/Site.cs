using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdSentinelExporter.Web;

/// <summary>The pages by their exact paths. A request chooses a page, and nothing of it ever becomes part of a path or
/// URL.</summary>
internal sealed class Site(FrozenDictionary<string, RequestDelegate> pages)
{
    public async Task ServeAsync(HttpContext http)
    {
        var response = http.Response;
        Describe(response);
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // Nothing here reads a body: the connection ends with it. HTTP/2 ends the stream, and Kestrel would
            // complain of the header in the log, for each such request of anybody.
            if (!HttpProtocol.IsHttp2(http.Request.Protocol))
                response.Headers.Connection = "close";
            await PlainText.WriteAsync(http, StatusCodes.Status413PayloadTooLarge,
                "Requests with a body are not taken.");
        }
        else if (!pages.TryGetValue(http.Request.Path.Value ?? "", out var page))
        {
            await RefuseAsync(http);
        }
        else if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await PlainText.WriteAsync(http, StatusCodes.Status405MethodNotAllowed,
                "Only GET and HEAD are taken here.");
        }
        else
        {
            await page(http);
        }
    }

    /// <summary>Headers that stand on every answer, refusals included.</summary>
    public static void Describe(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    private static Task RefuseAsync(HttpContext http) => RunbookPages.IsBelow(http.Request.Path)
        ? RunbookPages.RefuseAsync(http)
        : PlainText.WriteAsync(http, StatusCodes.Status404NotFound,
            "There is no such page; / lists those that there are.");
}
