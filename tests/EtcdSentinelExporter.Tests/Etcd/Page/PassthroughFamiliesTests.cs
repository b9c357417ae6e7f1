using System.Text;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Etcd.Page;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Page;

public sealed partial class PassthroughFamiliesTests
{
    [Theory]
    [InlineData("default", "etcd_disk_wal_fsync_duration_seconds", true)]
    [InlineData("default", "etcd_disk_wal_fsync_duration_seconds_bucket", true)]
    [InlineData("default", "etcd_disk_wal_fsync_duration_seconds_sum", true)]
    [InlineData("default", "etcd_disk_wal_fsync_duration_seconds_count", true)]
    [InlineData("default", "etcd_disk_wal_fsync_duration_seconds_created", false)]
    [InlineData("default", "etcd_disk_wal_fsync_duration", false)]
    [InlineData("default", "go_goroutines", false)]
    [InlineData("default go_goroutines", "go_goroutines", true)]
    [InlineData("go_goroutines", "etcd_server_has_leader", false)]
    [InlineData("all", "anything_at_all", true)]
    [InlineData("all", "", true)]
    [InlineData("default", "", false)]
    [InlineData("default", "_bucket", false)]
    public void A_name_is_passed_on_when_it_or_its_histogram_is_listed(string listed, string name, bool passes) =>
        Assert.Equal(passes, PassthroughFamilies.Of($"{listed}".Split(' ')).Includes(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_name_longer_than_any_of_etcds_is_in_no_list() =>
        Assert.False(PassthroughFamilies.Of(["default"]).Includes(Encoding.ASCII.GetBytes(new string('a', 60_000))));

    [Theory]
    [InlineData("all")]
    [InlineData("etcd_mvcc_put_total")]
    [InlineData("job:rate5m")]
    public void A_word_or_a_name_can_be_listed(string text) => Assert.Equal(text, PassthroughFamilies.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("etcd_.*")]
    [InlineData("9lives")]
    [InlineData("a b")]
    public void Anything_else_is_refused_with_what_to_write(string text) =>
        Assert.Contains(
            "write default, all", Assert.Throws<FormatException>(() => PassthroughFamilies.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void No_name_is_listed_twice() =>
        Assert.Equal(PassthroughNames.Used.Length, PassthroughNames.Used.Distinct(StringComparer.Ordinal).Count());

    // A name that no recorded version prints would be a slip of the pen; three need a cluster of several members, or
    // extensive metrics.
    [Fact]
    public void Every_listed_family_is_on_a_recorded_page()
    {
        string[] unrecorded =
        [
            "grpc_server_handling_seconds", "etcd_network_peer_round_trip_time_seconds",
            "etcd_network_peer_sent_failures_total", "etcd_network_peer_received_failures_total",
        ];
        var recorded = Directory.GetFiles(Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics"))
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2]);

        Assert.Equal(
            [], PassthroughNames.Used.Except(recorded, StringComparer.Ordinal).Except(unrecorded, StringComparer.Ordinal));
    }

    // What the panels of the etcd mixin's dashboard ask for, which is also the one of kube-prometheus-stack.
    [Theory]
    [InlineData("etcd_server_has_leader")]
    [InlineData("grpc_server_started_total")]
    [InlineData("grpc_server_handled_total")]
    [InlineData("etcd_mvcc_db_total_size_in_bytes")]
    [InlineData("etcd_disk_wal_fsync_duration_seconds_bucket")]
    [InlineData("etcd_disk_backend_commit_duration_seconds_bucket")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("etcd_network_client_grpc_received_bytes_total")]
    [InlineData("etcd_network_client_grpc_sent_bytes_total")]
    [InlineData("etcd_network_peer_received_bytes_total")]
    [InlineData("etcd_network_peer_sent_bytes_total")]
    [InlineData("etcd_network_peer_round_trip_time_seconds_bucket")]
    [InlineData("etcd_server_leader_changes_seen_total")]
    public void The_mixins_dashboard_uses_nothing_that_is_not_passed_on(string series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Assert.True(PassthroughFamilies.Of([PassthroughFamilies.Default]).Includes(Encoding.ASCII.GetBytes(series)));
    }

    [Fact]
    public void Our_own_rules_and_dashboards_use_nothing_that_is_not_passed_on()
    {
        var used =
            from folder in new[] { "rules", "dashboards" }
            let path = Path.Combine(Repo.Root, folder)
            where Directory.Exists(path)
            from file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            from Match name in NativeName().Matches(File.ReadAllText(file))
            select name.Value;

        Assert.Equal([], LeftOut(used));
    }

    /// <summary>The peers' rules are not part of the repository; without them there is nothing to compare.</summary>
    [Fact]
    public void The_etcd_mixin_and_kube_prometheus_use_nothing_that_is_not_passed_on()
    {
        var shared = Environment.GetEnvironmentVariable("ETCD_SENTINEL_SHARED")
            ?? Path.Combine(Repo.Root, "..", "shared");
        var rules = Path.Combine(shared, "peer-rules", "etcd-mixin.rules.yaml");
        var used = File.Exists(rules)
            ? NativeName().Matches(File.ReadAllText(rules)).Select(name => name.Value)
            : MixinNames;

        Assert.Equal([], LeftOut(used));
        Assert.Equal(MixinNames, used.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    // What the mixin of August 2026 mentions, for machines that do not have it.
    private static readonly string[] MixinNames =
    [
        "etcd_disk_backend_commit_duration_seconds_bucket", "etcd_disk_wal_fsync_duration_seconds_bucket",
        "etcd_mvcc_db_total_size_in_bytes", "etcd_mvcc_db_total_size_in_use_in_bytes",
        "etcd_network_peer_round_trip_time_seconds_bucket", "etcd_network_peer_sent_failures_total",
        "etcd_server_has_leader", "etcd_server_leader_changes_seen_total", "etcd_server_proposals_failed_total",
        "etcd_server_quota_backend_bytes", "grpc_server_handled_total", "grpc_server_handling_seconds_bucket",
    ];

    private static IEnumerable<string> LeftOut(IEnumerable<string> names)
    {
        var passed = PassthroughFamilies.Of([PassthroughFamilies.Default]);
        return names.Where(name => !passed.Includes(Encoding.UTF8.GetBytes(name))).Distinct(StringComparer.Ordinal);
    }

    [GeneratedRegex(
        @"(?<![\w:])(?:etcd_(?!sentinel_)(?:server|disk|mvcc|debugging|network|cluster|snap)_[a-z0-9_]+|grpc_server_[a-z0-9_]+)(?!\w)")]
    private static partial Regex NativeName();
}
