using EtcdSentinelExporter.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>The verb <c>defragment</c> on real members with TLS.</summary>
public sealed class DefragmentTests
{
    private const double Mebibyte = 1 << 20;

    public static TheoryData<string, int> Clusters
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var binary in EtcdBinary.Available)
            {
                data.Add(binary.Etcd, 1);
                data.Add(binary.Etcd, 3);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public async Task All_files_shrink_no_key_changes_and_the_leader_is_the_last_and_not_the_leader_any_more(
        string etcd, int members)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await Defragmenting.StartFragmentedAsync(binary, members);
        var before = await EndpointStatus.AllAsync(cluster);
        var revision = (long)before[0].Revision;
        var hashes = await Defragmenting.HashesAsync(cluster, revision);
        var leader = LeaderOf(cluster, before);
        var textfile = Path.Combine(cluster.Members[0].Node.Root, "defragment.prom");

        var ran = await RunOnActorAsync(cluster, [.. Defragmenting.Willing, $"--textfile={textfile}"]);

        Assert.True(ran.Code == 0, ran.Output);
        Assert.Equal("done", ran.Lines[^1]);
        var after = await EndpointStatus.AllAsync(cluster);
        Assert.All(before, status => Assert.True(status.Number("dbSize") > 15 * Mebibyte));
        Assert.All(after, status => Assert.InRange(status.Number("dbSize"), 1, 5 * Mebibyte));
        Assert.Equal(hashes, await Defragmenting.HashesAsync(cluster, revision));
        Assert.Equal("", (await cluster.EtcdctlAsync("get", ClusterLock.Key)).Trim());
        Assert.Equal(members, (await File.ReadAllLinesAsync(textfile)).Count(
            line => line.StartsWith("etcd_sentinel_defragment_success{", StringComparison.Ordinal)
                && line.EndsWith(" 1", StringComparison.Ordinal)));
        AssertLeaderWasLast(ran, leader, members);
        Assert.Equal(members == 1, leader == LeaderOf(cluster, after));
        // The next run finds nothing to do.
        Assert.Equal("nothing to do", (await RunOnActorAsync(cluster, [.. Defragmenting.Willing])).Lines[^1]);
    }

    [Fact]
    public async Task A_dry_run_prints_the_plan_and_writes_nothing()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        var before = await StateAsync(cluster);

        var ran = await Defragmenting.RunAsync(cluster.Members[0], [.. Defragmenting.Willing, "--dry-run"]);

        Assert.Equal(before, await StateAsync(cluster));
        Assert.True(ran.Code == 0, ran.Output);
        Assert.Equal(4, ran.Lines.Count(line => line.StartsWith("step ", StringComparison.Ordinal)));
        Assert.Equal("dry run: nothing was written", ran.Lines[^1]);
    }

    [Fact]
    public async Task A_follower_that_stops_between_two_members_ends_the_run()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        var statuses = await EndpointStatus.AllAsync(cluster);
        var followers = cluster.Members.Zip(statuses).Where(pair => !pair.Second.IsLeader)
            .Select(pair => pair.First).ToArray();
        MemberProcess? stopped = null;

        var ran = await RunOnActorAsync(
            cluster,
            Defragmenting.Timeouts with { Probe = TimeSpan.FromSeconds(10), GateMax = TimeSpan.FromSeconds(5) },
            line =>
            {
                if (stopped is not null || !line.Contains(" before, ", StringComparison.Ordinal))
                    return;
                stopped = followers.Single(member => !line.StartsWith(member.Name + ":", StringComparison.Ordinal));
                stopped.PauseAsync().GetAwaiter().GetResult();
            },
            [.. Defragmenting.Willing]);
        await stopped!.ResumeAsync();

        Assert.True(ran.Code == 1, ran.Output);
        // The lock is asked of one member; if that is the one that stopped, it ends by itself.
        var why = Assert.Single(ran.Lines, line => line.StartsWith("stopped: ", StringComparison.Ordinal));
        Assert.Matches($"{stopped.Name}|{stopped.ClientUrl.Port}", why);
        await cluster.WaitHealthyAsync();
        var sizes = (await EndpointStatus.AllAsync(cluster)).Select(status => status.Number("dbSize")).Order().ToArray();
        Assert.InRange(sizes[0], 1, 5 * Mebibyte);
        Assert.All(sizes[1..], size => Assert.True(size > 15 * Mebibyte));
    }

    [Fact]
    public async Task A_budget_that_is_too_small_for_the_estimate_leaves_the_member_and_says_so()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 1);
        var value = new string('x', 1 << 20);
        // 20 s for each 10⁹ bytes: 0.6 s.
        for (var key = 0; key < 30; key++)
            await cluster.PutAsync($"/registry/big/{key}", value);

        var ran = await RunOnActorAsync(cluster,
            [.. Defragmenting.Willing, "--max-blocked=500ms", "--min-fragmentation=0", "--min-reclaimable=0"]);

        Assert.True(ran.Code == 4, ran.Output);
        Assert.Contains("is left for a later run", ran.Lines[^1], StringComparison.Ordinal);
        Assert.Equal("", (await cluster.EtcdctlAsync("get", ClusterLock.Key)).Trim());
    }

    [Fact]
    public async Task Leadership_stays_if_the_leader_does_not_fit_into_the_budget()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        var value = new string('x', 1 << 20);
        // 20 s for each 10⁹ bytes: 0.25 s.
        for (var key = 0; key < 12; key++)
            await cluster.PutAsync($"/registry/big/{key}", value);
        await Defragmenting.FragmentAsync(cluster);
        var before = await EndpointStatus.AllAsync(cluster);
        foreach (var (member, _) in cluster.Members.Zip(before).Where(pair => !pair.Second.IsLeader))
            await cluster.EtcdctlAsync(member, "defrag");

        var ran = await RunOnActorAsync(cluster,
            [.. Defragmenting.Willing, "--max-blocked=200ms", "--min-fragmentation=0.2", "--min-reclaimable=0"]);

        Assert.True(ran.Code == 4, ran.Output);
        Assert.DoesNotContain(ran.Lines, line => line.StartsWith("leadership moves from ", StringComparison.Ordinal));
        Assert.Equal(LeaderOf(cluster, before), LeaderOf(cluster, await EndpointStatus.AllAsync(cluster)));
    }

    internal static Task<RanVerb> RunOnActorAsync(EtcdCluster cluster, string[] options) =>
        RunOnActorAsync(cluster, Defragmenting.Timeouts, _ => { }, options);

    private static async Task<RanVerb> RunOnActorAsync(
        EtcdCluster cluster, MaintenanceTimeouts timeouts, Action<string> onLine, string[] options) =>
        await Defragmenting.RunAsync(await ActorAsync(cluster), timeouts, onLine, options);

    private static async Task<MemberProcess> ActorAsync(EtcdCluster cluster) => cluster.Members
        .Zip(await EndpointStatus.AllAsync(cluster)).MinBy(pair => pair.Second.MemberId).First;

    private static string LeaderOf(EtcdCluster cluster, IEnumerable<EndpointStatus> statuses) =>
        cluster.Members.Zip(statuses).Single(pair => pair.Second.IsLeader).First.Name;

    private static void AssertLeaderWasLast(RanVerb ran, string leader, int members)
    {
        var begun = ran.Lines.Where(line => line.Contains(": begins; ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(members, begun.Length);
        Assert.StartsWith(leader + ":", begun[^1], StringComparison.Ordinal);
        Assert.Equal(members == 1 ? 0 : 1, ran.Lines.Count(
            line => line.StartsWith($"leadership moves from {leader} to ", StringComparison.Ordinal)));
    }

    private static async Task<string> StateAsync(EtcdCluster cluster) =>
        string.Join(' ', (await EndpointStatus.AllAsync(cluster)).Select(
            status => $"{status.MemberIdHex}:{status.Revision}:{status.Number("raftIndex")}:{status.Number("dbSize")}"));
}
