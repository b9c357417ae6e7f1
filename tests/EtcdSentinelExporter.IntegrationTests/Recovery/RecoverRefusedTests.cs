using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary>What <c>recover nospace --execute</c> does not do.</summary>
public sealed class RecoverRefusedTests
{
    [Fact]
    public async Task Another_cluster_a_missing_answer_and_yes_for_given_endpoints()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, 1);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        var id = (await EndpointStatus.OfAsync(cluster, cluster.Members[0])).ClusterIdHex;

        var wrong = await node.RunAsync(["nospace", "--execute", "--cluster-id=1234", .. RecoverNode.Usual]);
        var silent = await node.RunAsync(["nospace", "--execute", .. RecoverNode.Usual]);
        var given = await node.ExecuteAsync($"--etcd.endpoints={cluster.Members[0].ClientUrl.Authority()}");
        var version = await node.RunAsync("nospace", "--execute", "--yes");

        Assert.Equal((2, $"Refused, nothing was changed. This is cluster {id}, not 1234.\n"), (wrong.Code, wrong.Error));
        Assert.Equal((2, "Refused, nothing was changed. The ID was not typed.\n"), (silent.Code, silent.Error));
        Assert.Equal(2, given.Code);
        Assert.Contains($"--cluster-id={id}", given.Error, StringComparison.Ordinal);
        Assert.Equal(2, version.Code);
        Assert.Contains("etcd#20650", version.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(node.Journal));
        await FullCluster.AssertStillFullAsync(cluster);

        node.Answers = $"{id}\n";
        var typed = await node.RunAsync(["nospace", "--execute", "--no-snapshot=a test", .. RecoverNode.Usual]);
        Assert.True(typed.Code == 0, typed.Out + typed.Error);
    }

    [Fact]
    public async Task A_snapshot_and_a_journal_on_the_disk_of_etcd()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, 1);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        var beside = cluster.Members[0].Node.Root;

        var snapshot = await node.ExecuteAsync($"--snapshot={beside}/before.db");
        var journal = await node.ExecuteAsync("--no-snapshot=a test", $"--journal={beside}/recover.jsonl");

        Assert.Equal((2, 2), (snapshot.Code, journal.Code));
        Assert.Contains("is on a disk that carries etcd", snapshot.Out, StringComparison.Ordinal);
        Assert.Contains("write --journal=FILE", journal.Error, StringComparison.Ordinal);
        Assert.False(File.Exists($"{beside}/before.db"));
        await FullCluster.AssertStillFullAsync(cluster);
    }

    [Fact]
    public async Task A_member_that_is_down_and_a_lost_quorum()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, 3);
        var actor = await FullCluster.ActorAsync(cluster);
        using var node = new RecoverNode(actor);
        var dead = cluster.Members.Last(member => member != actor);
        dead.Kill();

        var down = await node.ExecuteAsync("--no-snapshot=a test");
        var plan = await node.RunAsync(["nospace", .. RecoverNode.Usual]);

        Assert.Equal((2, 2), (down.Code, plan.Code));
        Assert.Contains("member-down", down.Error, StringComparison.Ordinal);
        Assert.Contains("NOT NOW", plan.Out, StringComparison.Ordinal);
        Assert.Contains($"{dead.Name} does not answer", plan.Out, StringComparison.Ordinal);
        dead.Start();
        await FullCluster.AssertStillFullAsync(cluster);
    }

    [Fact]
    public async Task A_silence_that_was_accepted_leaves_the_alarm_until_that_member_is_back_or_removed()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, 3);
        var actor = await FullCluster.ActorAsync(cluster);
        using var node = new RecoverNode(actor);
        var dead = cluster.Members.Last(member => member != actor);
        var id = (await EndpointStatus.OfAsync(cluster, dead)).MemberIdHex;
        dead.Kill();

        var forced = await node.RunAsync(
            "nospace", "--execute", "--yes", "--trust-room", "--force=version,member-down", "--no-snapshot=a test");

        Assert.True(forced.Code == 1, forced.Out + forced.Error);
        Assert.Equal(2, forced.Out.Split("Defragmented ").Length - 1);
        Assert.Contains($"etcdctl member remove {id}.", forced.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Disarm", forced.Out, StringComparison.Ordinal);
        await cluster.EtcdctlAsync(actor, "member", "remove", id);
        var removed = await node.ExecuteAsync("--no-snapshot=a test");
        Assert.True(removed.Code == 0, removed.Out + removed.Error);
        Assert.Equal("OK\n", await cluster.EtcdctlAsync(actor, "put", "after", "it"));
    }

    [Fact]
    public async Task A_node_whose_turn_it_is_not_a_lock_of_another_run_and_a_compaction_by_somebody_else()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 3, ExtraFlags = [$"--quota-backend-bytes={FullCluster.Quota}"] });
        await cluster.EtcdctlAsync("put", ClusterLock.Key, "a run of defragment");
        // Smaller values leave fewer free pages, so that all of the history in use is more than 80 % of the quota.
        await cluster.FillAsync(100_000);
        var actor = await FullCluster.ActorAsync(cluster);
        using var node = new RecoverNode(actor);
        node.Waits = node.Waits with { Settle = TimeSpan.FromSeconds(2) };
        using var other = new RecoverNode(cluster.Members.First(member => member != actor));

        var turn = await other.ExecuteAsync("--no-snapshot=a test");
        var locked = await node.ExecuteAsync("--no-snapshot=a test");
        await cluster.EtcdctlAsync("del", ClusterLock.Key);
        var revision = (await EndpointStatus.OfAsync(cluster, actor)).Revision;
        await cluster.EtcdctlAsync("compact", revision.ToString("0", CultureInfo.InvariantCulture));
        var second = await node.ExecuteAsync("--no-snapshot=a test");

        Assert.Equal((2, 2, 1), (turn.Code, locked.Code, second.Code));
        Assert.Contains($"only the node of {actor.Name} acts", turn.Error, StringComparison.Ordinal);
        Assert.Contains("a run of defragment", locked.Error, StringComparison.Ordinal);
        Assert.Contains("Somebody else, or etcd itself, has compacted", second.Out, StringComparison.Ordinal);
        await FullCluster.AssertStillFullAsync(cluster);

        // Nothing was committed since, so the pages that this freed still count as in use.
        var before = await FullCluster.HashesAsync(cluster);
        var again = await node.ExecuteAsync("--no-snapshot=a test");
        Assert.True(again.Code == 0, again.Out + again.Error);
        Assert.Contains("It was compacted before this run.", again.Out, StringComparison.Ordinal);
        await FullCluster.AssertRecoveredAsync(cluster, before);
    }

    [Fact]
    public async Task Live_data_beyond_the_quota_are_not_disarmed()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Members = 1, ExtraFlags = [$"--quota-backend-bytes={FullCluster.Quota}"] });
        await FillWithLiveDataAsync(cluster);
        // The writes left a fifth of free pages: without them there is room for as much more data.
        await cluster.EtcdctlAsync("defrag");
        await cluster.EtcdctlAsync("alarm", "disarm");
        await FillWithLiveDataAsync(cluster);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        node.Waits = node.Waits with { Settle = TimeSpan.FromSeconds(2) };

        var (code, text, error) = await node.ExecuteAsync("--no-snapshot=a test");

        Assert.True(code == 1, text + error);
        Assert.Contains("--quota-backend-bytes", text.Split("STOPPED ")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Defragment", text, StringComparison.Ordinal);
        await FullCluster.AssertStillFullAsync(cluster);
    }

    [Fact]
    public async Task Without_the_alarm_nothing_is_compacted()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        for (var number = 1; number <= 5; number++)
            await cluster.PutAsync("/registry/pods/default/web", "x");
        var revision = (await EndpointStatus.OfAsync(cluster, cluster.Members[0])).Revision;
        using var node = new RecoverNode(cluster.Members[0]);

        var (code, text, error) = await node.ExecuteAsync("--no-snapshot=a test");

        Assert.True(code == 0, text + error);
        Assert.Contains("NOSPACE is not active: nothing is compacted.", text, StringComparison.Ordinal);
        // A compacted revision cannot be read.
        await cluster.EtcdctlAsync("get", "/registry/pods/default/web", $"--rev={revision - 2}");
    }

    [Fact]
    public async Task A_learner_is_not_defragmented_and_that_is_said()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        using var node = new RecoverNode(cluster.Members[0]);
        var learner = await cluster.AddLearnerAsync();
        var id = (await EndpointStatus.OfAsync(cluster, learner)).MemberIdHex;

        var (code, text, error) = await node.ExecuteAsync($"--only=defragment={id}");

        Assert.True(code == 2, text + error);
        Assert.Contains("is a learner", text + error, StringComparison.Ordinal);
        Assert.DoesNotContain("Done.", text, StringComparison.Ordinal);
    }

    private static async Task FillWithLiveDataAsync(EtcdCluster cluster)
    {
        var full = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            for (var write = 0; write < 200; write++)
                await cluster.PutAsync($"/registry/configmaps/default/{Guid.NewGuid()}", new string('x', 1 << 18));
        });
        Assert.Contains("space exceeded", full.Message, StringComparison.Ordinal);
    }
}
