using System.Text;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves the runbooks: HTML to browsers, Markdown to all other clients.</summary>
internal static class RunbookPages
{
    public const string Folder = "/runbooks/";

    /// <summary>All pages by exact path, so that no part of a request becomes part of a file name.</summary>
    public static IEnumerable<KeyValuePair<string, RequestDelegate>> All()
    {
        yield return new(Folder.TrimEnd('/'), RedirectAsync);
        yield return new(Folder, ListAsync);
        foreach (var name in Runbooks.Names)
        {
            yield return new(Folder + name, http => ServeAsync(http, name));
            yield return new($"{Folder}{name}.md", http => WriteTextAsync(http, Runbooks.Read(name)));
        }
    }

    public static bool IsBelow(PathString path) =>
        path.StartsWithSegments(Folder.TrimEnd('/'), StringComparison.Ordinal);

    /// <summary>Responds with 404 and the list of runbooks.</summary>
    public static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return WriteListAsync(http, "Runbook not found. Available runbooks:");
    }

    private static Task ListAsync(HttpContext http) =>
        WriteListAsync(http, "One page for each alert, then shared pages.");

    private static Task WriteListAsync(HttpContext http, string sentence)
    {
        if (!WantsHtml(http))
        {
            return WriteTextAsync(
                http, $"{sentence}\n\n{string.Concat(Runbooks.Names.Select(name => $"{Folder}{name}\n"))}");
        }

        var links = Runbooks.Names.Select(name => $"<li><a href=\"{Folder}{name}\">{name}</a></li>\n");
        return HtmlPage.WriteAsync(http, "Runbooks",
            "<main>\n<p><a href=\"/\">Status</a></p>\n<h1>Runbooks</h1>\n"
            + $"<p>{sentence}</p>\n<ul>{string.Concat(links)}</ul>\n</main>\n");
    }

    private static Task ServeAsync(HttpContext http, string name)
    {
        var markdown = Runbooks.Read(name);
        return WantsHtml(http)
            ? HtmlPage.WriteAsync(http, name,
                $"<main>\n<p><a href=\"{Folder}\">Runbooks</a></p>\n{RunbookHtml.Of(markdown)}</main>\n")
            : WriteTextAsync(http, markdown);
    }

    private static Task RedirectAsync(HttpContext http)
    {
        http.Response.Headers.Location = Folder;
        return PlainText.WriteAsync(http, StatusCodes.Status308PermanentRedirect, $"The runbooks are at {Folder}.");
    }

    private static Task WriteTextAsync(HttpContext http, string text)
    {
        http.Response.Headers.Vary = "Accept";
        return PlainText.WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
    }

    // Browsers list text/html; curl and wget accept anything.
    private static bool WantsHtml(HttpContext http)
    {
        http.Response.Headers.Vary = "Accept";
        return Accepted.Html(http.Request);
    }
}
