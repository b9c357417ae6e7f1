using System.Diagnostics;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary>Runs of <c>recover nospace --execute</c> that end before they are done.</summary>
public sealed class CutOffTests
{
    [Fact]
    public async Task Killed_after_every_line_it_goes_on_with_the_next_run()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Available[^1].Etcd, 3);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        var before = await FullCluster.HashesAsync(cluster);

        var lines = 1;
        var runs = 0;
        while (await KilledAfterAsync(cluster, node, lines))
        {
            // Each run gets a little further than the last one.
            lines++;
            Assert.InRange(++runs, 1, 40);
        }

        Assert.InRange(runs, 5, 40);
        await FullCluster.AssertRecoveredAsync(cluster, before);
    }

    [Fact]
    public async Task A_follower_that_dies_midway_stops_it_and_the_alarm_stays()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Available[^1].Etcd, 3);
        var actor = await FullCluster.ActorAsync(cluster);
        using var node = new RecoverNode(actor);
        // Nobody brings it back meanwhile.
        node.Limits = node.Limits with { GateMax = TimeSpan.FromSeconds(5) };
        var dead = "";
        node.OnLine = line =>
        {
            if (dead.Length > 0 || !line.Contains("Defragmented ", StringComparison.Ordinal))
                return;
            var done = cluster.Members.Single(
                member => line.Contains($"Defragmented {member.Name} ", StringComparison.Ordinal));
            var other = cluster.Members.Last(member => member != done && member != actor);
            dead = other.Name;
            other.Kill();
        };

        var (code, text, _) = await node.ExecuteAsync("--no-snapshot=a test");

        Assert.Equal(1, code);
        Assert.NotEqual("", dead);
        Assert.Contains("STOPPED ", text, StringComparison.Ordinal);
        Assert.Contains(dead, text.Split("STOPPED ")[1], StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.Contains("Defragmented ", StringComparison.Ordinal));
        cluster.Members.Single(member => member.Name == dead).Start();
        await FullCluster.AssertStillFullAsync(cluster);

        node.Limits = node.Limits with { GateMax = TimeSpan.FromSeconds(60) };
        var before = await FullCluster.HashesAsync(cluster);
        var (again, resumed, error) = await node.ExecuteAsync("--no-snapshot=a test");
        Assert.True(again == 0, resumed + error);
        Assert.Contains("Going on after a run that was cut off", resumed, StringComparison.Ordinal);
        await FullCluster.AssertRecoveredAsync(cluster, before);
    }

    [Theory]
    // With one member, it is the only one that answers at all.
    [InlineData(1)]
    [InlineData(3)]
    public async Task Killed_in_a_defragmentation_the_next_run_waits_until_the_member_answers(int members)
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(EtcdBinary.Default.Etcd, members);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        var before = await FullCluster.HashesAsync(cluster);
        var line = await KilledAtAsync(node, await FullCluster.ActorAsync(cluster), "Defragmenting ");
        var member = cluster.Members.Single(
            one => line.Contains($"Defragmenting {one.Name}:", StringComparison.Ordinal));
        // As if it were still at it.
        await member.PauseAsync();
        node.Limits = node.Limits with { Probe = TimeSpan.FromSeconds(5) };
        var waited = false;
        node.OnLine = said =>
        {
            if (waited || !said.Contains("Waiting. ", StringComparison.Ordinal))
                return;
            waited = true;
            member.ResumeAsync().GetAwaiter().GetResult();
        };

        var (code, text, error) = await node.ExecuteAsync("--no-snapshot=a test");
        await member.ResumeAsync();

        Assert.True(code == 0, text + error);
        Assert.True(waited, text);
        await FullCluster.AssertRecoveredAsync(cluster, before);
    }

    [Fact]
    public async Task A_journal_that_is_old_or_of_another_cluster_does_not_count()
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        await node.ExecuteAsync("--only=disarm");
        var old = (await File.ReadAllTextAsync(node.Journal)).Split('\n')[0]
            .Replace("\"event\":\"end\"", "\"event\":\"begin\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(node.Journal, "{\"at\":\"2026-01-01" + old[old.IndexOf('T', StringComparison.Ordinal)..] + "\n");

        var (code, text, _) = await node.ExecuteAsync("--only=disarm");

        Assert.Equal(0, code);
        Assert.DoesNotContain("Going on", text, StringComparison.Ordinal);
    }

    /// <returns>False if it was done before it wrote so many lines.</returns>
    private static async Task<bool> KilledAfterAsync(EtcdCluster cluster, RecoverNode node, int lines)
    {
        using var process = Started(node, await FullCluster.ActorAsync(cluster), $"--snapshot={node.Snapshot}");
        var seen = 0;
        var last = "";
        while (seen < lines && await process.StandardOutput.ReadLineAsync() is { } line)
        {
            last = line;
            // Before the journal begins it only reads.
            if (line.Length > 9 && line[2] == ':' && line[5] == ':')
                seen++;
        }
        if (seen >= lines && !last.EndsWith("Done: etcd takes writes again.", StringComparison.Ordinal))
        {
            process.Kill();
            await process.WaitForExitAsync();
            // It may have been faster.
            return !(await File.ReadAllTextAsync(node.Journal)).Contains(
                "\"event\":\"done\"", StringComparison.Ordinal);
        }
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"ended with {process.ExitCode} after: {last}");
        return false;
    }

    /// <returns>The line.</returns>
    private static async Task<string> KilledAtAsync(RecoverNode node, MemberProcess actor, string text)
    {
        using var process = Started(node, actor, "--no-snapshot=a test");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains(text, StringComparison.Ordinal))
                continue;
            process.Kill();
            await process.WaitForExitAsync();
            return line;
        }
        throw new InvalidOperationException($"it ended and never said {text}");
    }

    private static Process Started(RecoverNode node, MemberProcess actor, string snapshot)
    {
        var start = CleanProcess.Clean(Sentinel.Patient,
        [
            "recover", "nospace", "--execute", "--yes", .. RecoverNode.Usual, snapshot, $"--journal={node.Journal}",
            $"--path.rootfs={actor.Node.Root}", "--etcd.processes=false",
        ]);
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}
