using System.Text;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves the report of this moment: as HTML to browsers, as text to others, and as JSON.</summary>
internal sealed class StatusPage(Func<Report> status, ResponseLimit limit, string telemetryPath)
{
    public const string JsonPath = "/status.json";

    // Longer than the members are polled, and rare enough to read the page meanwhile.
    private const string RefreshSeconds = "60";

    public Task ServeAsync(HttpContext http) => limit.ServeAsync(http, () => RespondAsync(http));

    public Task ServeJsonAsync(HttpContext http) => limit.ServeAsync(http, () => PlainText.WriteAsync(
        http, "application/json; charset=utf-8", ReportJson.Write(status())));

    private Task RespondAsync(HttpContext http)
    {
        http.Response.Headers.Vary = "Accept";
        var report = status();
        if (!Accepted.Html(http.Request))
        {
            var text = ReportText.Write(report, item => item.Runbook);
            return PlainText.WriteAsync(http, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
        }
        http.Response.Headers["Refresh"] = RefreshSeconds;
        return HtmlPage.WriteAsync(
            http, $"{report.StatusWord}: etcd on {report.Node}", ReportHtml.Write(report) + Links());
    }

    private string Links() => string.Concat(
    [
        "<nav aria-label=\"Pages\"><ul>",
        Link(telemetryPath, "metrics"), Link(WebApp.EtcdMetricsPath, "etcd's own metrics"),
        Link(JsonPath, "this page as JSON"), Link(RunbookPages.Folder, "runbooks"),
        Link(WebApp.HealthyPath, "health"), Link(WebApp.ReadyPath, "readiness"),
        "</ul></nav>\n",
    ]);

    private static string Link(string path, string name) => $"<li><a href=\"{HtmlPage.Text(path)}\">{name}</a></li>";
}
