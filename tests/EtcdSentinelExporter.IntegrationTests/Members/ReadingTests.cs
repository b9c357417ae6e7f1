using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>What a healthy member shows, against what etcdctl says in the same moment.</summary>
public sealed class ReadingTests
{
    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Every_value_lies_between_what_etcdctl_says_before_and_after(string etcd)
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Binary = EtcdBinary.Available.Single(binary => binary.Etcd == etcd) });
        for (var i = 0; i < 20; i++)
            await cluster.EtcdctlAsync("put", $"key{i % 3}", new string('x', 50_000 + i));
        await cluster.EtcdctlAsync("compact", "15");
        foreach (var member in cluster.Members)
            await CompareAsync(cluster, member);
    }

    [Fact]
    public async Task Without_tls_it_speaks_http2_in_clear()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1, Tls = false });
        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0]);

        var page = await sentinel.ScrapeAsync();

        Assert.Equal(1, page.Value("etcd_sentinel_member_up"));
        Assert.Equal(1, page.Value("etcd_sentinel_probe_success", "linearizable_read"));
    }

    [Fact]
    public async Task Several_endpoints_are_asked_side_by_side_and_one_that_is_dead_hides_no_other()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        var pki = cluster.Members[0].Node;
        cluster.Members[2].Kill();
        var nowhere = Directory.CreateTempSubdirectory("etcd-sentinel-");
        await using var sentinel = await Sentinel.StartAsync(nowhere.FullName,
        [
            .. cluster.Members.Select(member => $"--etcd.endpoints={member.ClientUrl.Authority()}"),
            $"--etcd.ca-file={pki.EtcdPki("ca.crt")}",
            $"--etcd.cert-file={pki.EtcdPki("healthcheck-client.crt")}",
            $"--etcd.key-file={pki.EtcdPki("healthcheck-client.key")}",
        ]);

        var page = await sentinel.ScrapeAsync();
        nowhere.Delete(recursive: true);

        Assert.Equal(
            [1.0, 1.0, 0.0],
            cluster.Members.Select(m => page.Value("etcd_sentinel_member_up", m.ClientUrl.Authority())));
        Assert.Equal(
            1, page.Value("etcd_sentinel_member_failure", cluster.Members[2].ClientUrl.Authority(), "unreachable"));
        Assert.Equal(3, page.Value("etcd_sentinel_collector_subjects", "members"));
    }

    [Fact]
    public async Task A_learner_is_shown_and_is_asked_nothing_that_it_refuses()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var learner = await cluster.AddLearnerAsync();
        await using var besideLearner = await Sentinel.BesideHealthyAsync(learner);
        await using var besideVoter = await Sentinel.BesideHealthyAsync(cluster.Members[0]);

        await besideLearner.AfterTheNextPollAsync();
        var page = await besideLearner.AfterTheNextPollAsync();
        var voter = await besideVoter.WaitAsync(
            p => p.Has("etcd_sentinel_cluster_members"), "the voter lists its members");
        using var http = new HttpClient();
        var counted = Scrape.Parse(await http.GetStringAsync(learner.MetricsUrl));

        Assert.Equal(1, page.Value("etcd_sentinel_member_is_learner"));
        Assert.Equal(1, page.Value("etcd_sentinel_probe_success", "serializable_read"));
        Assert.False(page.Has("etcd_sentinel_probe_success", "linearizable_read"));
        Assert.Equal(1, voter.Value("etcd_sentinel_cluster_members", "learner"));
        Assert.Equal(1, voter.Value("etcd_sentinel_cluster_members", "voter"));
        Assert.Equal(0, counted.Value("grpc_server_handled_total", "MemberList", "Unavailable") ?? 0);
        Assert.True(counted.Value("grpc_server_handled_total", "Status", "OK") > 0);
    }

    [Fact]
    public async Task The_compactors_revision_is_the_one_that_kube_apiserver_wrote()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var sentinel = await Sentinel.BesideHealthyAsync(cluster.Members[0]);
        Assert.False((await sentinel.AfterTheNextPollAsync()).Has("etcd_sentinel_compactor_revision"));

        await cluster.EtcdctlAsync("put", "compact_rev_key", "4711");

        var first = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_compactor_revision") == 4711, "the key is seen");
        await cluster.EtcdctlAsync("put", "compact_rev_key", "4811");
        await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_compactor_revision") == 4811
                && p.Value("etcd_sentinel_compactor_last_change_timestamp_seconds") > first.Value(
                    "etcd_sentinel_compactor_last_change_timestamp_seconds"),
            "the key's next value and the time of its change are seen");
    }

    private static async Task CompareAsync(EtcdCluster cluster, MemberProcess member)
    {
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);
        var before = await EndpointStatus.OfAsync(cluster, member);
        await cluster.EtcdctlAsync("put", "key", "value");
        var page = await sentinel.AfterTheNextPollAsync();
        await cluster.EtcdctlAsync("put", "key", "value");
        Compare(before, page, await EndpointStatus.OfAsync(cluster, member));
        // What is in use goes up and down with every commit: it is compared when nothing is written any more.
        var quiet = await EndpointStatus.OfAsync(cluster, member);
        await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_db_size_in_use_bytes") == quiet.Number("dbSizeInUse"),
            $"it says what etcdctl says of the bytes in use, {quiet.Number("dbSizeInUse")}");
        Assert.True(page.Has(
            "etcd_sentinel_member_info", member.Name, before.MemberIdHex, before.ClusterIdHex, before.Version));
        Assert.Equal(15, page.Value("etcd_sentinel_compact_revision"));
        Assert.Equal(2147483648, page.Value("etcd_sentinel_db_quota_bytes"));
        Assert.Equal(3, page.Value("etcd_sentinel_cluster_members", "voter"));
        Assert.Equal(
            6, page.Samples.Count(
                s => s.Series.StartsWith("etcd_sentinel_alarm_active", StringComparison.Ordinal) && s.Value == 0));
    }

    private static void Compare(EndpointStatus before, Scrape page, EndpointStatus after)
    {
        Between(before.Revision, page.Value("etcd_sentinel_member_revision"), after.Revision);
        Between(before.Number("raftTerm"), page.Value("etcd_sentinel_member_raft_term"), after.Number("raftTerm"));
        Between(before.Number("raftIndex"), page.Value("etcd_sentinel_member_raft_index"), after.Number("raftIndex"));
        Between(before.Number("raftAppliedIndex"), page.Value("etcd_sentinel_member_raft_applied_index"),
            after.Number("raftAppliedIndex"));
        Between(before.Number("dbSize"), page.Value("etcd_sentinel_db_size_bytes"), after.Number("dbSize"));
        Assert.Equal(before.IsLeader ? 1 : 0, page.Value("etcd_sentinel_member_is_leader"));
        Assert.Equal(
            1 - (page.Value("etcd_sentinel_db_size_in_use_bytes") / page.Value("etcd_sentinel_db_size_bytes")) ?? -1,
            page.Value("etcd_sentinel_db_fragmentation_ratio") ?? -1,
            precision: 12);
        Assert.Equal(
            page.Value("etcd_sentinel_db_size_bytes") / 2147483648, page.Value("etcd_sentinel_db_quota_used_ratio"));
    }

    private static void Between(double least, double? value, double most) =>
        Assert.InRange(value ?? double.NaN, least, most);
}
