using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtcdSentinelExporter.Etcd.Maintenance;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Maintenance;

/// <summary>Three timers fire in the same second; and the lock, which holds even if all believe that it is their
/// turn.</summary>
public sealed class OneActorTests
{
    [Fact]
    public async Task Of_three_runs_that_start_together_one_acts_and_the_others_say_that_it_is_not_their_turn()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);

        var (runs, log) = await RunAllAsync(cluster, []);

        Assert.All(runs, run => Assert.True(run.Code == 0, run.Output));
        var actor = Assert.Single(runs, run => run.Output.Contains("begins; ", StringComparison.Ordinal));
        Assert.Equal("done", actor.Lines[^1]);
        Assert.Equal(2, runs.Count(run => run.Lines[^1].StartsWith("not my turn: ", StringComparison.Ordinal)));
        AssertOneAtATime(log);
    }

    [Fact]
    public async Task If_all_believe_that_it_is_their_turn_the_lock_lets_one_member_be_defragmented_at_a_time()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);

        var (runs, log) = await RunAllAsync(cluster, ["--once-per-cluster"]);

        Assert.Single(runs, run => run is { Code: 0, Lines: [.., "done"] }
            && run.Output.Contains("begins; ", StringComparison.Ordinal));
        // One that comes late finds nothing to do.
        Assert.All(runs.Where(run => !run.Output.Contains("begins; ", StringComparison.Ordinal)), run => Assert.True(
            run.Code == 0 || (run.Code == 2 && run.Output.Contains("no lock, no run: ", StringComparison.Ordinal)),
            run.Output));
        AssertOneAtATime(log);
    }

    [Fact]
    public async Task A_run_that_is_killed_leaves_its_lock_to_its_lease_and_then_the_next_one_goes_on()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        var killed = await KilledAtAsync(cluster.Members[0], ": begins; ");

        var locked = await Defragmenting.RunAsync(
            cluster.Members[1], [.. Defragmenting.Willing, "--once-per-cluster"]);

        Assert.True(locked.Code == 2, locked.Output);
        Assert.Contains("no lock, no run: another run has", locked.Output, StringComparison.Ordinal);
        Assert.Contains(killed, locked.Output, StringComparison.Ordinal);
        using var key = JsonDocument.Parse(await cluster.EtcdctlAsync("get", ClusterLock.Key, "-w", "json"));
        var lease = key.RootElement.GetProperty("kvs")[0].GetProperty("lease").GetInt64()
            .ToString("x", CultureInfo.InvariantCulture);
        Assert.Matches(@"remaining\([0-9]{3,4}s\)", await cluster.EtcdctlAsync("lease", "timetolive", lease));
        // As it does when its time has come, which is too long for a test.
        await cluster.EtcdctlAsync("lease", "revoke", lease);
        var next = await Defragmenting.RunAsync(
            cluster.Members[1], [.. Defragmenting.Willing, "--once-per-cluster"]);
        Assert.True(next.Code == 0, next.Output);
        Assert.All(await EndpointStatus.AllAsync(cluster),
            status => Assert.InRange(status.Number("dbSize"), 1, 5 << 20));
    }

    [Fact]
    public async Task On_the_node_of_a_learner_it_is_never_the_turn()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var learner = await cluster.AddLearnerAsync();

        var ran = await Defragmenting.RunAsync(learner);

        Assert.True(ran.Code == 0, ran.Output);
        Assert.Equal("not my turn: the member of this node is a learner", Assert.Single(ran.Lines));
    }

    [Fact]
    public async Task The_lock_names_its_holder_ends_with_its_lease_and_is_outside_registry()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var services = Defragmenting.Services(cluster.Members[0]);
        var facts = services.GetRequiredService<MaintenanceCluster>();
        var stopping = TestContext.Current.CancellationToken;
        await facts.ReadAsync(stopping);
        var one = new ClusterLock(() => facts.Own.Etcd, Patience.Limit);
        var other = new ClusterLock(() => facts.Own.Etcd, Patience.Limit);

        Assert.Null(await one.TakeAsync("first", TimeSpan.FromMinutes(5), stopping));
        Assert.Equal("first", await other.TakeAsync("second", TimeSpan.FromMinutes(5), stopping));
        Assert.True(await one.RenewAsync(stopping));
        Assert.Contains("first", await cluster.EtcdctlAsync("get", ClusterLock.Key), StringComparison.Ordinal);
        Assert.DoesNotContain("/registry", ClusterLock.Key, StringComparison.Ordinal);
        await one.ReleaseAsync(stopping);
        Assert.False(await one.RenewAsync(stopping));
        Assert.Null(await other.TakeAsync("second", TimeSpan.FromSeconds(1), stopping));
        // A run that died.
        await Wait.UntilAsync(
            async () => (await cluster.EtcdctlAsync("get", ClusterLock.Key)).Length == 0, "the lease has ended");
    }

    /// <returns>The process, as the lock names it.</returns>
    private static async Task<string> KilledAtAsync(MemberProcess member, string text)
    {
        var start = CleanProcess.Clean(Sentinel.Patient,
        [
            "defragment", "--once-per-cluster", .. Defragmenting.Willing, $"--path.rootfs={member.Node.Root}",
            "--etcd.processes=false",
        ]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains(text, StringComparison.Ordinal))
                continue;
            process.Kill();
            await process.WaitForExitAsync();
            return string.Create(CultureInfo.InvariantCulture, $"process {process.Id} ");
        }
        throw new InvalidOperationException($"it ended and never said {text}");
    }

    private static async Task<(RanVerb[] Runs, string[] Log)> RunAllAsync(EtcdCluster cluster, string[] options)
    {
        var log = new ConcurrentQueue<string>();
        var runs = await Task.WhenAll(cluster.Members.Select(member => Defragmenting.RunAsync(
            member, Defragmenting.Timeouts, log.Enqueue, [.. Defragmenting.Willing, .. options])));
        return (runs, [.. log]);
    }

    private static void AssertOneAtATime(IEnumerable<string> log)
    {
        var events = log.Where(line => line.Contains(": begins; ", StringComparison.Ordinal)
            || line.Contains(" before, ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, events.Length);
        Assert.All(events.Chunk(2), pair =>
        {
            Assert.Contains(": begins; ", pair[0], StringComparison.Ordinal);
            Assert.StartsWith(pair[0].Split(':')[0] + ": ", pair[1], StringComparison.Ordinal);
        });
        Assert.Equal(3, events.Select(line => line.Split(':')[0]).Distinct(StringComparer.Ordinal).Count());
    }
}
