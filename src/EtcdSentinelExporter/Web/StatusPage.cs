using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EtcdSentinelExporter.Collecting;

namespace EtcdSentinelExporter.Web;

/// <summary>The page for people: which collectors run, how their last polls went, and where the rest is.</summary>
internal sealed class StatusPage(
    SnapshotStore store, ImmutableArray<Collector> collectors, string telemetryPath, string version)
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}" +
        ":root{color-scheme:light dark}table{border-collapse:collapse}" +
        "td,th{text-align:left;padding:.2rem 1.5rem .2rem 0;vertical-align:top}";

    // The hash lets in this style and no other; scripts, images and frames are not let in at all.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Task ServeAsync(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return PlainText.WriteAsync(http, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Write()));
    }

    private string Write() => string.Concat(
    [
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>EtcdSentinelExporter</title>",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        $"<style>{Style}</style></head>\n<body><h1>EtcdSentinelExporter</h1>\n<p>Version {Text(version)}</p>\n<ul>",
        Link(telemetryPath, "metrics"), Link(WebApp.EtcdMetricsPath, "etcd's own metrics"), Link(WebApp.HealthyPath, "health"), Link(WebApp.ReadyPath, "readiness"),
            "</ul>\n",
        .. collectors is [] ? ["<p>No collector is enabled.</p>\n"] : Table(),
        "</body></html>\n",
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

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
