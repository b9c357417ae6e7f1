using System.Net;
using System.Security.Cryptography;
using System.Text;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Web;

/// <summary>Writes HTML pages: one style for dark and light, without external resources.</summary>
internal static class HtmlPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}" +
        ":root{color-scheme:light dark;background:light-dark(#fff,#16191d);color:light-dark(#1b1b1b,#e3e3e3)}" +
        "table{border-collapse:collapse}" +
        "td,th{text-align:left;padding:.2rem 1.5rem .2rem 0;vertical-align:top}" +
        "pre{overflow:auto;padding:.8rem;border:1px solid #8888;border-radius:.3rem;line-height:1.35}" +
        "a{color:light-dark(#0645ad,#8ab4f8)}" + ReportHtml.Style;

    // The hash allows this style only; scripts, images and frames are blocked.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML.</param>
    public static Task WriteAsync(HttpContext http, string title, string body)
    {
        // A header from web.config.file has priority.
        if (http.Response.Headers.ContentSecurityPolicy.Count == 0)
            http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        var page = string.Concat(
        [
            $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Text(title)}</title>",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            $"<style>{Style}</style></head>\n<body>{body}</body></html>\n",
        ]);
        return PlainText.WriteAsync(http, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page));
    }

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
