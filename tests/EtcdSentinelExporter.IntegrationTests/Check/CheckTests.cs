using System.Diagnostics;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Check;

/// <summary>The command <c>check</c>, as a user starts it.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task All_members_are_polled_and_nothing_is_written()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        // etcdctl's list of alarms is an entry of the raft log itself.
        var alarms = await cluster.EtcdctlAsync("alarm", "list");
        var before = await StateAsync(cluster);

        var (code, report) = await CheckProgram.RunAsync(cluster, "--window=1s", "--only=members");

        Assert.Equal(before, await StateAsync(cluster));
        Assert.Equal(alarms, await cluster.EtcdctlAsync("alarm", "list"));
        Assert.Equal(0, code);
        Assert.Equal(["cp-1", "cp-2", "cp-3"], CheckProgram.Column(report, "members", "member").Order(StringComparer.Ordinal));
        Assert.Equal(["up", "up", "up"], CheckProgram.Column(report, "members", "state"));
    }

    [Fact]
    public async Task A_member_that_hangs_is_named_within_30_seconds_and_not_asked_again()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        await cluster.Members[2].PauseAsync();

        var watch = Stopwatch.StartNew();
        var (code, report) = await CheckProgram.RunAsync(cluster);
        var took = watch.Elapsed;
        var (again, second) = await CheckProgram.RunAsync(cluster, "--window=1s", "--only=members");
        await cluster.Members[2].ResumeAsync();

        Assert.True(took < TimeSpan.FromSeconds(30), $"took {took}");
        Assert.NotEqual(0, code);
        Assert.Contains("timeout", CheckProgram.Column(report, "members", "state"));
        Assert.Contains("EtcdQuorumFragile", CheckProgram.Codes(report));
        Assert.Equal(1, again);
        Assert.Contains(second.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("summary")
            .GetString()!.Contains("is not asked again before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_members_that_are_dead_are_no_quorum()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        cluster.Members[1].Kill();
        cluster.Members[2].Kill();

        var (code, report) = await CheckProgram.RunAsync(cluster, "--window=3s", "--only=members");

        Assert.Equal(2, code);
        Assert.Equal("EtcdNoQuorum", CheckProgram.Codes(report)[0]);
    }

    [Fact]
    public async Task A_stopped_member_is_known_by_its_folder()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        cluster.Members[0].Kill();
        File.Delete(cluster.Members[0].Node.Manifest);

        var (code, report) = await CheckProgram.RunAsync(
            cluster, "--window=1s", "--only=members,storage", "--storage.data-dir=/var/lib/etcd");

        Assert.Equal(3, code);
        Assert.StartsWith("etcd does not run here; its data is in /var/lib/etcd: ",
            report.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    // Standard output closed, or a pipe that nobody reads; a terminal that can do nothing; no locale; no root.
    [Theory]
    [InlineData("exec >&-; ")]
    [InlineData("exec >/dev/full; ")]
    [InlineData("exec >/dev/full 2>&1; ")]
    [InlineData("export TERM=dumb LC_ALL=C; unset LANG; ")]
    [InlineData("exec setpriv --reuid=65534 --regid=65534 --clear-groups env ")]
    public async Task Bad_surroundings_end_it_without_an_exception(string before)
    {
        using var folder = new CheckFolder();
        var (code, output) = await CleanProcess.TryRunAsync("/bin/sh",
        [
            "-c", $"export RUNTIME_DIRECTORY={folder.Path}; {before}{Sentinel.Program} check --only=certificates,members --window=1s --etcd.processes=false "
                + $"--path.rootfs={folder.Path}",
        ]);

        Assert.Equal(3, code);
        Assert.DoesNotContain("nhandled exception", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    private static async Task<string> StateAsync(EtcdCluster cluster)
    {
        var all = await EndpointStatus.AllAsync(cluster);
        return string.Join(' ', all.Select(
            status => $"{status.MemberIdHex}:{status.Revision}:{status.Number("raftIndex")}"));
    }
}
