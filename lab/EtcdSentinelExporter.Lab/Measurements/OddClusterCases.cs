using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>One cluster, or several, that the dashboards must be able to show.</summary>
/// <param name="Series">Lines of a page.</param>
/// <param name="Answers">Bad answers that the Overview must give; others are wrong.</param>
internal sealed record OddClusterCase(string Name, IEnumerable<string> Series, params string[] Answers);

/// <summary>The cases of <see cref="OddClusters"/>.</summary>
internal static class OddClusterCases
{
    private const string Disk = "instance=\"10.0.1.1:10379\",node=\"c1-1\",device=\"sd1\",serial=\"c1-1-1\"";
    private const string OtherDisk = "instance=\"10.0.1.1:10379\",node=\"c1-1\",device=\"sd2\",serial=\"c1-1-2\"";
    private const string Names = "(member|node|device|name|resource)=\"([^\"]*)\"";
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
        new("a disk that does not carry etcd hangs",
            [.. Page(1, 3), Alert("DiskHung", "warning", OtherDisk)], "DiskHung fires (1)."),
        new("a node never had an exporter",
            [.. Page(1, 3), Alert("SentinelNodeNotCovered", "warning", "node=\"cp-9\"")],
            "SentinelNodeNotCovered fires (1)."),
        new("what an answer says and what fires is said once", Answered(),
            "Only 2 of 3 voters answer.", "No: sd1 of c1-1 reports that it is failing.",
            "longhorn also writes to sd1 of c1-1.", "c1-2: polls of the collector drives fail.",
            "c1-3: its exporter does not answer."),
        // The disk under etcd is in an answer; the other one is not, and neither is a member that has no id.
        new("what fires for more than the answers ask is said beside them",
            [
                .. Page(1, 3),
                Alert("EtcdMemberUnreachable", "warning",
                    "exporter=\"10.0.1.3:10379\",etcd_endpoint=\"https://127.0.0.1:2379\""),
                Alert("DiskFailing", "warning", Disk), Alert("DiskFailing", "warning", OtherDisk),
                Alert("SentinelCollectorFailing", "warning", "instance=\"10.0.1.2:10379\",collector=\"members\""),
            ],
            "EtcdMemberUnreachable fires (1).", "No: sd1 of c1-1 reports that it is failing.", "DiskFailing fires (1).",
            "SentinelCollectorFailing fires (1)."),
        // While the alert still waits. Whoever looks now must not read that the other cluster is well.
        new("no label cluster, and one of two is down",
            WithoutCluster([
                .. Page(2, 3).Select(line => Has(line, "member_up.*\"c2-") ? Set(line, 0) : line),
                Alert("EtcdDown", "critical", "cluster_id=\"c2\"", state: "pending"),
            ]),
            "No: no member answers (etcd cluster c2)."),
        new("all exporters' client certificates have expired",
            [
                .. Page(1, 3).Where(line => !Has(line, "member_up:last10m")),
                "control_plane_sentinel:member_unseen:info{cluster=\"c1\",instance=\"10.0.1.1:10379\","
                    + "etcd_endpoint=\"https://127.0.0.1:2379\",reason=\"client_certificate_expired\"} 1",
            ],
            "Not known: etcd and the exporters refuse each other (client_certificate_expired)."),
    ];

    // Everything that fires is what an answer says already.
    private static IEnumerable<string> Answered() =>
    [
        .. Page(1, 3).Select(line =>
            Has(line, "member_up:last10m.*\"c1-3\"|_disk_healthy.*serial=\"c1-1-1\"|exporter_up:now.*\"c1-3\""
                + "|poll_success.*\"c1-2\",collector=\"drives\"")
                ? Set(line, 0)
                : line),
        .. Page(1, 3).Where(line => Has(line, "disk_role:info.*serial=\"c1-1-1\"")).Select(line =>
            Replace(line, "role=\"etcd_data\",owner=\"\"", "role=\"storage_system\",owner=\"longhorn\"")),
        Alert("EtcdMemberUnreachable", "warning", "cluster_id=\"c1\",member_id=\"c1-3\",member=\"c1-3\""),
        Alert("DiskFailing", "warning", Disk), Alert("EtcdDiskShared", "info", Disk),
        Alert("SentinelCollectorFailing", "warning", "instance=\"10.0.1.2:10379\",collector=\"drives\""),
        Alert("SentinelNodeNotCovered", "warning", "instance=\"10.0.1.3:10379\",node=\"c1-3\""),
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
        .. Enumerable.Range(1, 3).Select(number =>
            Alert("KubeAPIErrorBudgetBurn", "critical", "long=\"1h\",short=\"5m\"", $"c{number}")),
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
