using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>What the polls of an idle cluster cost etcd, by its own counters.</summary>
public sealed class CostOnEtcdTests
{
    private const int Polls = 8;
    private const string Entries = "etcd_server_proposals_committed_total";

    private static readonly string[] Methods =
    [
        "Status", "Range", "MemberList", "Alarm", "Put", "Txn", "Compact", "LeaseGrant", "Authenticate", "HashKV",
        "Defragment", "Hash", "Watch",
    ];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var binary in EtcdBinary.Available)
            {
                cases.Add(binary.Etcd, true);
                cases.Add(binary.Etcd, false);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Polls_write_no_raft_entry_and_send_these_requests_alone(string etcd, bool hasKey)
    {
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Binary = EtcdBinary.Available.Single(binary => binary.Etcd == etcd) });
        var member = cluster.Members[0];
        string[] withoutKey =
        [
            "--etcd.cert-file=/etc/kubernetes/pki/etcd/healthcheck-client.crt", "--etcd.key-file=/nobody/may/read.key",
        ];
        await using var sentinel = await Sentinel.StartAsync(
            member.Node.Root,
            [$"--path.rootfs={member.Node.Root}", "--keyspace.enabled=false", .. hasKey ? [] : withoutKey]);
        await sentinel.WaitAsync(page => page.Value("etcd_sentinel_member_up") == 1, "the member answers");
        var entries = await SettledAsync(cluster, member);

        var (first, before) = (PollsOf(await sentinel.AfterTheNextPollAsync()), await PageAsync(member));
        var last = PollsOf(await sentinel.WaitAsync(page => PollsOf(page) >= first + Polls, $"{Polls} polls are over"));
        var after = await PageAsync(member);

        Assert.Equal(entries, after.Value(Entries));
        var sent = Methods.ToDictionary(
            method => method, method => Handled(after, method) - Handled(before, method), StringComparer.Ordinal);
        // At each end a poll may be under way. One that is late sends what only every second and fourth poll sends.
        var (least, most) = (last - first - 1, last - first + 1);
        Assert.InRange(sent["Status"], hasKey ? least : 0, hasKey ? most : 0);
        Assert.InRange(sent["Range"], hasKey ? least + Math.Floor(least / 2) : 0, hasKey ? 2 * most : 0);
        Assert.InRange(sent["MemberList"], hasKey ? Math.Floor(least / 4) : 0, hasKey ? most : 0);
        Assert.All(Methods[3..], method => Assert.Equal(0, sent[method]));
    }

    /// <summary>Waits until everything is applied that etcd writes after its start.</summary>
    private static async Task<double?> SettledAsync(EtcdCluster cluster, MemberProcess member)
    {
        // The members agree on the version of the cluster some seconds after their start.
        await Wait.UntilAsync(
            async () => (await PageAsync(member)).Samples.Any(sample => sample.Value > 0
                && sample.Series.StartsWith("etcd_cluster_version{", StringComparison.Ordinal)
                && !sample.Series.Contains("\"3.0\"", StringComparison.Ordinal)),
            "the cluster has a version");
        await cluster.EtcdctlAsync("put", "last", "write");
        await cluster.EtcdctlAsync(member, "get", "last");
        return (await PageAsync(member)).Value(Entries);
    }

    private static async Task<Scrape> PageAsync(MemberProcess member)
    {
        using var http = new HttpClient();
        return Scrape.Parse(await http.GetStringAsync(member.MetricsUrl));
    }

    private static double Handled(Scrape page, string method) =>
        page.Samples.Where(sample => sample.Series.StartsWith("grpc_server_handled_total", StringComparison.Ordinal)
            && sample.Series.Contains($"grpc_method=\"{method}\"", StringComparison.Ordinal))
            .Sum(sample => sample.Value);

    private static double PollsOf(Scrape page) =>
        page.Value("etcd_sentinel_polls_total", "members", "success") ?? 0;
}
