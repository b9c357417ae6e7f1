using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>Where no client key can be read, and etcd shows its metrics to anybody on the node.</summary>
public sealed class LeastPrivilegeTests
{
    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task What_the_page_says_lies_between_what_etcdctl_says_before_and_after(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1, Binary = binary });
        var member = cluster.Members[0];
        await using var sentinel = await WithoutKeyAsync(member);
        for (var i = 0; i < 10; i++)
            await cluster.EtcdctlAsync("put", $"key{i % 3}", new string('x', 50_000));

        var before = await EndpointStatus.OfAsync(cluster, member);
        var page = await sentinel.AfterTheNextPollAsync();
        var after = await EndpointStatus.OfAsync(cluster, member);

        Assert.True(page.Has("etcd_sentinel_member_info", member.Name, before.MemberIdHex, before.Version, "metrics"));
        Assert.InRange(page.Value("etcd_sentinel_member_revision") ?? -1, before.Revision, after.Revision);
        Assert.InRange(
            page.Value("etcd_sentinel_member_raft_index") ?? -1, before.Number("raftIndex"), after.Number("raftIndex"));
        Assert.InRange(
            page.Value("etcd_sentinel_member_raft_applied_index") ?? -1, before.Number("raftAppliedIndex"),
            after.Number("raftAppliedIndex"));
        Assert.InRange(
            page.Value("etcd_sentinel_db_size_bytes") ?? -1, before.Number("dbSize"), after.Number("dbSize"));
        Assert.Equal(2147483648, page.Value("etcd_sentinel_db_quota_bytes"));
        Assert.Equal(1, page.Value("etcd_sentinel_member_is_leader"));
        // Debian's etcd 3.4 pays for each request of /health with a raft entry, so it is not asked while it has room.
        Assert.Equal(
            before.Version.StartsWith("3.4.", StringComparison.Ordinal) ? null : 0,
            page.Value("etcd_sentinel_alarm_active", before.MemberIdHex, "NOSPACE"));
        Assert.False(page.Has("etcd_sentinel_member_raft_term"));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task The_alarm_is_told_by_health_alone_where_etcd_can_leave_it_out(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, Binary = binary, ExtraFlags = ["--quota-backend-bytes=100000"] });
        var member = cluster.Members[0];
        await using var sentinel = await WithoutKeyAsync(member);
        await sentinel.WaitAsync(p => p.Value("etcd_sentinel_alarm_active") == 0, "no alarm is active");

        await cluster.FillAsync();

        await sentinel.WaitAsync(p => p.Value("etcd_sentinel_alarm_active") == 1, "the alarm is seen");
    }

    [Fact]
    public async Task How_long_a_defragmentation_took_is_known_afterwards()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var sentinel = await Sentinel.BesideAsync(cluster.Members[0]);
        Assert.False((await sentinel.ScrapeAsync()).Has("etcd_sentinel_defrag_last_duration_seconds"));

        await cluster.EtcdctlAsync("defrag");

        var page = await sentinel.WaitAsync(
            p => p.Has("etcd_sentinel_defrag_last_duration_seconds"), "the duration is seen");
        Assert.InRange(page.Value("etcd_sentinel_defrag_last_duration_seconds") ?? -1, 0.000_001, 10);
    }

    private static Task<Sentinel> WithoutKeyAsync(MemberProcess member) => Sentinel.StartAsync(
        member.Node.Root, $"--path.rootfs={member.Node.Root}",
        "--etcd.cert-file=/etc/kubernetes/pki/etcd/healthcheck-client.crt", "--etcd.key-file=/nobody/may/read.key");
}
