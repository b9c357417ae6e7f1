using System.Globalization;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves the HTML page at <c>/</c>: the collectors, the results of their last polls, and links.</summary>
internal sealed class StatusPage(
    SnapshotStore store, ImmutableArray<Collector> collectors, string telemetryPath, string version)
{
    public Task ServeAsync(HttpContext http) => HtmlPage.WriteAsync(http, "EtcdSentinelExporter", Write());

    private string Write() => string.Concat(
    [
        $"<h1>EtcdSentinelExporter</h1>\n<p>Version {Text(version)}</p>\n<ul>",
        Link(telemetryPath, "metrics"), Link(WebApp.EtcdMetricsPath, "etcd's own metrics"),
        Link(RunbookPages.Folder, "runbooks"), Link(WebApp.HealthyPath, "health"), Link(WebApp.ReadyPath, "readiness"),
        "</ul>\n",
        .. collectors is [] ? ["<p>No collector is enabled.</p>\n"] : Table(),
    ]);

    private IEnumerable<string> Table()
    {
        yield return "<table><tr><th>Collector</th><th>Last poll</th><th>Took</th><th>Result</th></tr>\n";
        var snapshots = store.Current.Snapshots;
        foreach (var collector in collectors)
            yield return Row(collector.Name, snapshots.GetValueOrDefault(collector.Name));
        yield return "</table>\n";
    }

    private static string Row(string name, Snapshot? last) => last is null
        ? $"<tr><td>{Text(name)}</td><td></td><td></td><td>not polled yet</td></tr>\n"
        : string.Create(CultureInfo.InvariantCulture,
            $"<tr><td>{Text(name)}</td><td>{last.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC</td>" +
            $"<td>{last.Took.TotalSeconds:0.###} s</td><td>{Result(last)}</td></tr>\n");

    private static string Result(Snapshot last) =>
        last.Failure is { } failure ? $"failed: {Text(failure.Reason)}: {Text(failure.Message)}" : "ok";

    private static string Link(string path, string name) => $"<li><a href=\"{Text(path)}\">{name}</a></li>";

    private static string Text(string text) => HtmlPage.Text(text);
}
