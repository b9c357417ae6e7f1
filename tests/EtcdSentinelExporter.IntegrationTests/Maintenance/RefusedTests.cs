using EtcdSentinelExporter.Etcd.Maintenance;
using Etcdserverpb;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>Refusals of <c>defragment</c> on real members: nothing is written.</summary>
public sealed class RefusedTests : IAsyncLifetime
{
    private EtcdCluster? _cluster;

    private EtcdCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() =>
        _cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task Unknown_room_and_known_faults_are_refused_and_their_options_lift_them()
    {
        var ran = await RunAsync();

        AssertRefused(ran, "version: etcd ", "room: the free space of ");
        Assert.Contains("https://github.com/etcd-io/etcd/pull/20650", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", (await RunAsync([.. Defragmenting.Willing])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_down_and_a_lost_quorum_are_refused()
    {
        var followers = await FollowersAsync();
        followers[0].Kill();
        var down = await RunAsync([.. Defragmenting.Willing]);
        followers[1].Kill();
        var lost = await Defragmenting.RunAsync(
            Cluster.Members.Single(member => member.Runs),
            Defragmenting.Timeouts with { Probe = TimeSpan.FromSeconds(5) }, _ => { },
            [.. Defragmenting.Willing, "--once-per-cluster"]);

        AssertRefused(down, $"member-down: {followers[0].Name} does not answer");
        AssertRefused(lost, "quorum-lost: ", $"member-down: {followers[1].Name} does not answer");
    }

    [Fact]
    public async Task CORRUPT_is_refused()
    {
        await using var services = Defragmenting.Services(Cluster.Members[0]);
        var facts = services.GetRequiredService<MaintenanceCluster>();
        var member = (await facts.ReadAsync(TestContext.Current.CancellationToken)).Members[0].Id;
        await facts.Own.Etcd.CallAsync<AlarmResponse>(
            new(Patience.Limit, (client, headers, lifetime) => client.AlarmAsync(
                new AlarmRequest
                {
                    Action = AlarmRequest.Types.AlarmAction.Activate,
                    Alarm = AlarmType.Corrupt,
                    MemberID = member,
                },
                headers, cancellationToken: lifetime)),
            TestContext.Current.CancellationToken);

        AssertRefused(await RunAsync([.. Defragmenting.Willing]), "corrupt: the alarm CORRUPT is active");
    }

    [Fact]
    public async Task Another_program_that_defragments_is_refused()
    {
        await Cluster.EtcdctlAsync("put", "/kubernetes.io/operator.openshift.io/etcds/cluster", "x");

        AssertRefused(await RunAsync([.. Defragmenting.Willing]), "other-actor: OpenShift's cluster-etcd-operator");
    }

    [Fact]
    public async Task A_block_that_kubelet_would_punish_is_refused_by_the_manifest_of_this_node()
    {
        // 30 MiB in use are 0.6 s; the probe allows 1 s.
        foreach (var member in Cluster.Members)
        {
            var manifest = await File.ReadAllTextAsync(member.Node.Manifest);
            await File.WriteAllTextAsync(member.Node.Manifest, manifest
                .Replace("failureThreshold: 8", "failureThreshold: 1", StringComparison.Ordinal)
                .Replace("timeoutSeconds: 15", "timeoutSeconds: 1", StringComparison.Ordinal));
        }
        var value = new string('x', 1 << 20);
        for (var key = 0; key < 30; key++)
            await Cluster.PutAsync($"/registry/big/{key}", value);

        AssertRefused(await RunAsync([.. Defragmenting.Willing, "--min-fragmentation=0", "--min-reclaimable=0"]),
            "blocked-too-long: ", "Override: --force=blocked-too-long.");
    }

    [Fact]
    public async Task Under_NOSPACE_there_is_no_lock_and_so_no_run()
    {
        var value = new string('x', 1 << 20);
        var full = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            for (var write = 0; write < 100; write++)
                await Cluster.PutAsync("/registry/big", value);
        });
        Assert.Contains("space exceeded", full.Message, StringComparison.Ordinal);

        var ran = await RunAsync([.. Defragmenting.Willing, "--min-fragmentation=0", "--min-reclaimable=0"]);

        AssertRefused(ran, "no lock, no run: etcd-sentinel/maintenance cannot be taken: ", "database space exceeded");
    }

    private async Task<RanVerb> RunAsync(params string[] options) => await Defragmenting.RunAsync(
        Cluster.Members.First(member => member.Runs), Defragmenting.Timeouts, _ => { },
        ["--once-per-cluster", .. options]);

    private async Task<MemberProcess[]> FollowersAsync() =>
    [
        .. Cluster.Members.Zip(await EndpointStatus.AllAsync(Cluster)).Where(pair => !pair.Second.IsLeader)
            .Select(pair => pair.First),
    ];

    private static void AssertRefused(RanVerb ran, params string[] reasons)
    {
        Assert.True(ran.Code == 2, ran.Output);
        Assert.All(reasons, reason => Assert.Contains(reason, ran.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("begins; ", ran.Output, StringComparison.Ordinal);
    }
}
