using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Series of clusters that do not exist, for measurements and odd cases: those of all exporters, etcd members,
/// API servers and kube-state-metrics.</summary>
/// <param name="first">Number of the first cluster.</param>
/// <remarks>The values are healthy: every comparison has data, and nothing fires.</remarks>
internal sealed class MadeUpSeries(int clusters, int members, int first = 1)
{
    private const int Certificates = 20;
    private const int Authorities = 3;
    private const int Listeners = 4;
    private const int Disks = 2;
    private const int Resources = 60;

    private static readonly string[] s_ofDisk =
    [
        "healthy 1", "command_timeouts_total 0", "endurance_used_ratio 0.1", "power_on_seconds 1e7",
        "media_errors_total 0", "pending_sectors 0", "interface_crc_errors_total 0", "temperature_celsius 30",
        "temperature_limit_celsius 70",
        "spare_available_ratio 1", "spare_threshold_ratio 0.1", "last_success_timestamp_seconds 4e9",
        "flush_requests_total 100", "flush_requests_time_seconds_total 0.1", "writes_completed_total 100",
        "write_time_seconds_total 0.1", "io_time_seconds_total 10", "write_cache_enabled 1",
        "flush_latency_seconds 0.001", "utilisation_ratio 0.1", "reported_uncorrectable_total 0", "grown_defects 0",
        "reallocated_sectors 0", "identity_changes_total 0", "decode_problem 0", "io_now 0",
        "reads_completed_total 100",
    ];

    private static readonly string[] s_collectors = ["members", "certificates", "drives", "storage"];

    private static readonly string[] s_ofMember =
    [
        "member_up 1", "member_has_leader 1", "member_is_learner 0", "member_raft_term 4", "member_raft_index 50000",
        "member_raft_applied_index 50000", "member_revision 40000", "db_size_bytes 900000000",
        "db_size_in_use_bytes 600000000", "db_quota_bytes 2147483648", "compactor_last_change_timestamp_seconds 4e9",
        "client_credentials_load_success 1", "member_is_leader 0", "defrag_in_progress 0", "answer_truncated 0",
    ];

    /// <summary>Returns the lines of a page, families together.</summary>
    public ImmutableArray<string> Page() =>
    [
        .. Enumerable.Range(first, clusters)
            .SelectMany(cluster => Enumerable.Range(1, members).SelectMany(member => OfMember(cluster, member)))
            .OrderBy(line => line[..line.IndexOf('{', StringComparison.Ordinal)], StringComparer.Ordinal),
    ];

    private IEnumerable<string> OfMember(int number, int member)
    {
        var (cluster, node) = ($"c{Text(number)}", $"c{Text(number)}-{Text(member)}");
        var address = $"10.{Text(number / 100)}.{Text(number % 100)}.{Text(member)}";
        var target = $"cluster=\"{cluster}\",job=\"control-plane-sentinel\",instance=\"{address}:10379\""
            + $",node=\"{node}\"";
        yield return $"kube_node_role{{cluster=\"{cluster}\",job=\"kube-state-metrics\",instance=\"k:8080\""
            + $",node=\"{node}\",role=\"control-plane\"}} 1";
        foreach (var ours in Exporter().Concat(Members(cluster, node)).Concat(OfCertificates()).Concat(OfDisks(node)))
        {
            // NAME{LABELS} VALUE or NAME VALUE: the labels of the target come first.
            var end = ours.IndexOfAny(['{', ' ']);
            yield return ours[end] == '{'
                ? $"etcd_sentinel_{ours[..end]}{{{target},{ours[(end + 1)..]}"
                : $"etcd_sentinel_{ours[..end]}{{{target}}}{ours[end..]}";
        }
        foreach (var native in Native(cluster, node, address).Concat(ApiServer(cluster, address)))
            yield return native;
    }

    private static IEnumerable<string> Exporter() =>
    [
        "build_info{version=\"0.1.0\"} 1", "etcd_config_load_success 1", "web_config_load_success 1",
        "etcd_config_info{installation=\"static-pod\",data_dir=\"/var/lib/etcd\"} 1",
        .. s_collectors.Select(name => $"poll_success{{collector=\"{name}\"}} 1"),
        .. s_collectors.Select(name => $"collector_subjects{{collector=\"{name}\"}} 1"),
        "web_certificate_not_after_timestamp_seconds 4e9", "web_certificate_not_before_timestamp_seconds 1e9",
        "io_pressure_waiting_seconds_total 0",
    ];

    private IEnumerable<string> Members(string cluster, string node)
    {
        const string Endpoint = "etcd_endpoint=\"https://127.0.0.1:2379\"";
        foreach (var one in s_ofMember.Select(one => one.Split(' ')))
            yield return $"{one[0]}{{{Endpoint}}} {one[1]}";
        yield return $"member_info{{{Endpoint},member=\"{node}\",member_id=\"{node}\",cluster_id=\"{cluster}\""
            + ",version=\"3.5.16\",access=\"grpc\"} 1";
        foreach (var (role, count) in new[] { ("voter", members), ("learner", 0), ("unstarted", 0) })
            yield return $"cluster_members{{{Endpoint},role=\"{role}\"}} {Text(count)}";
        foreach (var probe in new[] { "status", "serializable_read", "linearizable_read", "member_list" })
            yield return $"probe_success{{{Endpoint},probe=\"{probe}\"}} 1";
        foreach (var number in Enumerable.Range(1, members))
        {
            foreach (var alarm in new[] { "NOSPACE", "CORRUPT" })
                yield return $"alarm_active{{{Endpoint},member_id=\"{cluster}-{Text(number)}\",alarm=\"{alarm}\"}} 0";
        }
    }

    private static IEnumerable<string> OfCertificates()
    {
        foreach (var number in Enumerable.Range(1, Certificates))
        {
            var kind = number > Certificates - Authorities ? "ca" : "leaf";
            var file = $"name=\"cert-{Text(number)}\",path=\"/etc/kubernetes/pki/{Text(number)}.crt\"";
            yield return $"certificate_not_after_timestamp_seconds{{{file},kind=\"{kind}\",index=\"0\"}} 4e9";
            yield return $"certificate_not_before_timestamp_seconds{{{file},kind=\"{kind}\",index=\"0\"}} 1e9";
            yield return $"certificate_info{{{file},kind=\"{kind}\",index=\"0\",sha256=\"{Text(number)}\"}} 1";
            yield return $"certificate_file_present{{{file},required=\"true\"}} 1";
            yield return $"certificate_load_success{{{file}}} 1";
            yield return $"certificate_issued_by_ca_file{{{file},ca=\"ca\"}} 1";
            yield return $"component_restart_needed{{{file},component=\"etcd\"}} 0";
        }
        foreach (var number in Enumerable.Range(1, Listeners).Select(Text))
        {
            var listener = $"listener=\"l{number}\",address=\"127.0.0.1:{number}\"";
            yield return $"served_certificate_not_after_timestamp_seconds{{{listener}}} 4e9";
            yield return $"served_certificate_not_before_timestamp_seconds{{{listener}}} 1e9";
            yield return $"served_certificate_info{{{listener},kind=\"leaf\"}} 1";
            yield return $"served_certificate_matches_file{{{listener},name=\"cert-{number}\"}} 1";
        }
    }

    private static IEnumerable<string> OfDisks(string node)
    {
        foreach (var number in Enumerable.Range(1, Disks))
        {
            var disk = $"device=\"sd{Text(number)}\",serial=\"{node}-{Text(number)}\"";
            var path = $"path=\"/p{Text(number)}\"";
            var role = $"role=\"{(number == 1 ? "etcd_data" : "root")}\",owner=\"\",{path}";
            yield return $"disk_info{{{disk},model=\"SSD\",family=\"F\",protocol=\"ATA\"}} 1";
            foreach (var one in s_ofDisk.Select(one => one.Split(' ')))
                yield return $"disk_{one[0]}{{{disk}}} {one[1]}";
            yield return $"disk_role_info{{{disk},{role},via=\"partition\"}} 1";
            yield return $"disk_role_resolved{{{role}}} 1";
            foreach (var reason in new[] { "spare", "temperature", "reliability", "read_only", "backup", "pmr" })
                yield return $"disk_critical_warning{{{disk},reason=\"{reason}\"}} 0";
            yield return $"disk_attributes_failing{{{disk},when=\"now\"}} 0";
            foreach (var state in new[] { "ok", "failed", "hung", "waiting" })
                yield return $"disk_read_state{{{disk},state=\"{state}\"}} {(state == "ok" ? 1 : 0)}";
        }
        yield return "filesystem_size_bytes{role=\"etcd_data\",path=\"/p1\"} 1e11";
        yield return "filesystem_avail_bytes{role=\"etcd_data\",path=\"/p1\"} 8e10";
        yield return "filesystem_files{role=\"etcd_data\",path=\"/p1\"} 1e6";
        yield return "filesystem_files_free{role=\"etcd_data\",path=\"/p1\"} 9e5";
        yield return "filesystem_readonly{role=\"etcd_data\",path=\"/p1\"} 0";
        foreach (var state in new[] { "ok", "missing", "empty", "unreadable" })
        {
            yield return $"data_dir_state{{role=\"etcd_data\",path=\"/p1\",state=\"{state}\"}} "
                + (state == "ok" ? "1" : "0");
        }
        yield return "data_dir_bytes{path=\"/p1\",part=\"backend\"} 9e8";
    }

    private IEnumerable<string> Native(string cluster, string node, string address)
    {
        var target = $"cluster=\"{cluster}\",job=\"control-plane-sentinel-native\",instance=\"{address}:10379\"";
        yield return $"etcd_server_id{{{target},server_id=\"{node}\"}} 1";
        yield return $"etcd_server_has_leader{{{target}}} 1";
        yield return $"etcd_server_heartbeat_send_failures_total{{{target}}} 0";
        yield return $"etcd_server_slow_apply_total{{{target}}} 5";
        yield return $"etcd_server_slow_read_indexes_total{{{target}}} 0";
        var peers = Enumerable.Range(1, members).Select(number => $"{cluster}-{Text(number)}")
            .Where(peer => peer != node).ToList();
        foreach (var peer in peers)
            yield return $"etcd_network_active_peers{{{target},Local=\"{node}\",Remote=\"{peer}\"}} 1";
        foreach (var line in Histogram("etcd_disk_wal_fsync_duration_seconds", target, 0.001, 14)
            .Concat(Histogram("etcd_disk_backend_commit_duration_seconds", target, 0.001, 14))
            .Concat(peers.SelectMany(peer => Histogram(
                "etcd_network_peer_round_trip_time_seconds", $"{target},To=\"{peer}\"", 0.0001, 16))))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> ApiServer(string cluster, string address)
    {
        yield return $"apiserver_request_total{{cluster=\"{cluster}\",job=\"apiserver\",instance=\"{address}:6443\""
            + ",verb=\"PUT\",resource=\"leases\",code=\"200\"} 100";
        foreach (var number in Enumerable.Range(1, Resources).Select(Text))
        {
            var labels = $"cluster=\"{cluster}\",job=\"apiserver\",instance=\"{address}:6443\""
                + $",group=\"g\",resource=\"r{number}\"";
            var list = $"{labels},verb=\"LIST\",scope=\"namespace\"";
            yield return $"apiserver_resource_objects{{{labels}}} 100";
            yield return $"apiserver_request_sli_duration_seconds_bucket{{{list},le=\"5\"}} 100";
            yield return $"apiserver_request_sli_duration_seconds_bucket{{{list},le=\"+Inf\"}} 100";
            yield return $"apiserver_request_sli_duration_seconds_count{{{list}}} 100";
        }
    }

    private static IEnumerable<string> Histogram(string name, string labels, double first, int buckets) =>
    [
        .. Enumerable.Range(1, buckets).Select(number => string.Create(CultureInfo.InvariantCulture,
            $"{name}_bucket{{{labels},le=\"{first * Math.Pow(2, number - 1)}\"}} {Math.Min(number * 250, 1000)}")),
        $"{name}_bucket{{{labels},le=\"+Inf\"}} 1000",
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
