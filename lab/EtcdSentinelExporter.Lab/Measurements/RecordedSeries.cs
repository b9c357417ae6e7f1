using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>The series that the rules would record from a page of <see cref="MadeUpSeries"/>.</summary>
internal sealed partial class RecordedSeries(int members)
{
    private readonly HashSet<string> _clusters = new(StringComparer.Ordinal);

    /// <summary>Returns them sorted, each once.</summary>
    public IEnumerable<string> Of(IEnumerable<string> page) =>
        page.SelectMany(OfLine).Select(line => $"control_plane_sentinel:{line}").Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private IEnumerable<string> OfLine(string line)
    {
        var labels = Label().Matches(line)
            .ToDictionary(match => match.Groups[1].Value, match => match.Value, StringComparer.Ordinal);
        string Labels(params string[] names) =>
            string.Join(',', names.Select(name => labels.GetValueOrDefault(name)).OfType<string>());
        string Value(string name) => labels[name][(name.Length + 2)..^1];

        if (!labels.ContainsKey("node") || !labels.ContainsKey("cluster"))
            return [];
        labels["host"] = $"host=\"{Value("instance").Split(':')[0]}\"";
        labels["cluster_id"] = $"cluster_id=\"{Value("cluster")}\"";
        var member = $"{Labels("cluster", "cluster_id")},member_id=\"{Value("node")}\",member=\"{Value("node")}\"";
        var disk = Labels("cluster", "host", "instance", "node", "device", "serial");
        return Name().Match(line).Value switch
        {
            "etcd_sentinel_build_info" =>
            [
                $"exporter_up:now{{{Labels("cluster", "instance", "job", "node")}}} 1",
                $"certificate_first:seconds{{{Labels("cluster", "instance", "node")}}} 2e7",
            ],
            "etcd_sentinel_member_info" => OfMember(member, Labels),
            "etcd_sentinel_db_size_bytes" =>
            [
                $"db_size_bytes:last10m{{{member}}} 9e8", $"db_quota_used:ratio{{{member}}} 0.4",
                $"db_quota_live:ratio{{{member}}} 0.3", $"db_full_in:seconds{{{member}}} 4e6",
            ],
            "etcd_sentinel_db_quota_bytes" => [$"db_quota_bytes:last10m{{{member}}} 2147483648"],
            "etcd_sentinel_db_size_in_use_bytes" => [$"db_size_in_use_bytes:last10m{{{member}}} 6e8"],
            "etcd_sentinel_alarm_active" =>
                [$"alarm_active:last10m{{{Labels("cluster", "cluster_id", "member_id", "alarm")}}} 0"],
            "etcd_sentinel_certificate_not_after_timestamp_seconds" =>
                OfCertificate(Labels("cluster", "instance", "node", "name", "kind", "path", "index")),
            "etcd_sentinel_disk_info" =>
                [$"disk_model:info{{{Labels("cluster", "host", "instance", "device", "serial", "model")}}} 1"],
            "etcd_sentinel_disk_role_info" =>
            [
                $"disk_role:info{{{disk},{Labels("role", "owner", "path")}}} 1",
                .. Value("role") != "etcd_data" ? Array.Empty<string>() :
                [
                    $"etcd_disk_flush_seconds:rate5m{{{disk}}} 0.001",
                    $"etcd_disk_command_timeouts:increase1h{{{Labels("cluster", "host", "device", "serial")}}} 0",
                ],
            ],
            _ => [],
        };
    }

    private IEnumerable<string> OfMember(string member, Func<string[], string> labels)
    {
        yield return $"member:info{{{member},{labels(["instance", "etcd_endpoint"])}}} 1";
        yield return $"member_up:last10m{{{member}}} 1";
        yield return $"member_is_learner:last10m{{{member}}} 0";
        yield return $"host_node:info{{{labels(["cluster", "host", "node"])}}} 1";
        var name = labels(["node"]).Replace("node=", "host_name=", StringComparison.Ordinal);
        yield return $"host_name:info{{{labels(["cluster", "host"])},{name}}} 1";
        yield return $"wal_fsync_seconds:p99_5m{{{labels(["cluster", "host"])}}} 0.004";
        yield return $"backend_commit_seconds:p99_5m{{{labels(["cluster", "host"])}}} 0.01";
        var cluster = labels(["cluster", "cluster_id"]);
        if (!_clusters.Add(cluster))
            yield break;
        yield return $"cluster_voters:min{{{cluster}}} {members}";
        yield return $"cluster_voters_reachable:count{{{cluster}}} {members}";
        yield return $"raft_term:max{{{cluster}}} 4";
        yield return $"revision:max{{{cluster}}} 40000";
        yield return $"backup_newest_timestamp_seconds:last15m{{{cluster}}} 1.7e9";
    }

    private static IEnumerable<string> OfCertificate(string labels) =>
        [$"certificate_remaining:seconds{{{labels}}} 2e7", $"certificate_lifetime:seconds{{{labels}}} 3e7"];

    [GeneratedRegex(@"(\w+)=""([^""]*)""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Label();

    [GeneratedRegex("^[^{]*", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();
}
