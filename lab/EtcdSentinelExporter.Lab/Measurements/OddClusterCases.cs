using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>One cluster, or several, that the dashboards must be able to show.</summary>
/// <param name="Alerts">Names of the alerts that the Overview must list; others are wrong.</param>
internal sealed record OddClusterCase(string Name, IEnumerable<string> Lines, params string[] Alerts)
{
    /// <summary>Lines of a page.</summary>
    public ImmutableArray<string> Series { get; } = [.. Lines];

    /// <summary>Values of the label cluster; empty text where there is none.</summary>
    public IEnumerable<string> Clusters => Series
        .Where(line => line.StartsWith("etcd_sentinel_build_info{", StringComparison.Ordinal))
        .Select(line => line.Split("{cluster=\"") is [_, var rest]
            ? rest[..rest.IndexOf('"', StringComparison.Ordinal)]
            : "")
        .Distinct(StringComparer.Ordinal);

    public bool HasApiServer => Series.Any(
        line => line.StartsWith("apiserver_storage_objects", StringComparison.Ordinal));
}

/// <summary>The cases of <see cref="OddClusters"/>.</summary>
internal static class OddClusterCases
{
    private const string Disk = "instance=\"10.0.1.1:10379\",node=\"c1-1\",device=\"sd1\",serial=\"c1-1-1\"";
    private const string Names = "(cluster|member|node|device|name|resource)=\"([^\"]*)\"";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static IEnumerable<OddClusterCase> All() =>
        [.. Sizes(), .. Missing(), .. OfNames(), .. ApiServers(), .. Troubles()];

    private static IEnumerable<OddClusterCase> Sizes() =>
    [
        new("one member", Page(1, 1)),
        new("nine members", Page(1, 9)),
        new("an exporter on one of three members",
            Page(1, 1).Select(line => Has(line, "role=\"voter\"|cluster_voters:min") ? Set(line, 3) : line)),
        new("three clusters", Page(3, 3)),
        new("nothing at all", []),
    ];

    private static IEnumerable<OddClusterCase> Missing() =>
    [
        new("three clusters, one of them without disks and certificates",
            Page(3, 3).Where(line => !Has(line, "cluster=\"c2\"") || !Has(line, "certificate|_disk_|wal_fsync"))),
        new("no label cluster", WithoutCluster(Page(1, 3))),
        new("no label node", Page(1, 3).Where(line => !Has(line, "host_node"))
            .Select(line => Replace(line, ",?node=\"[^\"]*\"", ""))),
        new("no SMART, and no disks", Page(1, 3).Where(line => !Has(line, "_disk_|:disk_|etcd_disk_command"))),
        new("no certificates", Page(1, 3).Where(line => !Has(line, "certificate"))),
    ];

    private static IEnumerable<OddClusterCase> OfNames() =>
    [
        new("names of 200 characters",
            Page(1, 3).Select(line => Replace(line, Names, $"$1=\"$2{new string('x', 200)}\""))),
        new("names full of signs", Page(1, 3).Select(line => Replace(line, Names, "$1=\"$2|@@ $${1} <b> .*( \""))),
    ];

    private static IEnumerable<OddClusterCase> ApiServers() =>
    [
        new("an API server, as recorded", WithApiServer(Page(3, 1))),
        new("an API server before 1.34",
            WithApiServer(Page(3, 1)).Where(line => !Has(line, "^apiserver_resource_objects"))),
        new("an API server, without a label cluster", WithoutCluster(WithApiServer(Page(3, 1)))
            .DistinctBy(line => DashboardsBench.Split(line).Series, StringComparer.Ordinal)),
    ];

    private static IEnumerable<OddClusterCase> Troubles() =>
    [
        new("a disk hangs, and a node never had an exporter",
            [
                .. Page(1, 3), Alert("DiskHung", "warning", Disk),
                Alert("SentinelNodeNotCovered", "warning", "node=\"cp-9\""),
            ],
            "DiskHung", "SentinelNodeNotCovered"),
        new("alerts of two clusters, one of them only pending",
            [
                .. Page(2, 3), Alert("EtcdDown", "critical", "cluster_id=\"c2\"", "c2"),
                Alert("EtcdNoLeader", "warning", "cluster_id=\"c1\"", state: "pending"),
            ],
            "EtcdDown"),
        new("one alert, without a label cluster",
            WithoutCluster([.. Page(1, 3), Alert("DiskHung", "warning", Disk)]), "DiskHung"),
        new("two versions of etcd, and an exporter that is silent",
            Page(2, 3).Select(line => Replace(
                Has(line, "exporter_up:now.*\"c1-3\"") ? Set(line, 0) : line,
                "(member_info.*\"c1-3\".*version=\")3.5.16", "${1}3.5.9"))),
        new("all exporters' client certificates have expired",
            Page(1, 3).Where(line => !Has(line, "member_up:last10m|member_info"))),
    ];

    private static IEnumerable<string> Page(int clusters, int members)
    {
        var page = new MadeUpSeries(clusters, members).Page();
        return [.. page, .. new RecordedSeries(members).Of(page)];
    }

    // As recorded of a kube-apiserver, for each of three clusters, with the alert that the demo makes up.
    private static IEnumerable<string> WithApiServer(IEnumerable<string> page) =>
    [
        .. page.Where(line => !line.StartsWith("apiserver_", StringComparison.Ordinal)),
        .. File.ReadLines(Path.Combine(Repo.Data, "recordings/kube-apiserver-1.36.txt"))
            .Where(line => line.StartsWith("apiserver_", StringComparison.Ordinal))
            .SelectMany(line => Enumerable.Range(1, 3).Select(number => Replace(
                line, @"^(\w+)\{", $"$1{{cluster=\"c{number}\",job=\"apiserver\",instance=\"10.0.{number}.1:6443\",")))
            .OrderBy(line => line[..line.IndexOf('{', StringComparison.Ordinal)], StringComparer.Ordinal),
    ];

    private static IEnumerable<string> WithoutCluster(IEnumerable<string> page) =>
        page.Select(line => Replace(line, "cluster=\"[^\"]*\",?", ""));

    private static string Alert(
        string name, string severity, string labels, string cluster = "c1", string state = "firing") =>
        $"ALERTS{{alertname=\"{name}\",alertstate=\"{state}\",severity=\"{severity}\""
            + $",cluster=\"{cluster}\",{labels}}} 1";

    private static bool Has(string line, string pattern) => Regex.IsMatch(line, pattern, RegexOptions.None, s_limit);

    private static string Replace(string line, string pattern, string by) =>
        Regex.Replace(line, pattern, by, RegexOptions.None, s_limit);

    private static string Set(string line, int value) => $"{DashboardsBench.Split(line).Series} {value}";
}
