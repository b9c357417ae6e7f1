using System.Diagnostics;
using System.Text.Json;
using EtcdSentinelExporter.IntegrationTests.Drives;
using EtcdSentinelExporter.IntegrationTests.Storage;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Check;

/// <summary>The command <c>check</c> while a member, a drive and a certificate file never answer.</summary>
public sealed class CheckHangsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CheckFolder _folder = new();

    [Fact]
    public async Task What_hangs_together_is_given_up_within_30_seconds_and_not_asked_again()
    {
        Skip.If(Machine.Fuse);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "sys/block/sda/device"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "sys/block/sda/serial"), "K-sda");
        using var smartctl = new StandIn("exec sleep 1000");
        await using var cluster = await EtcdCluster.StartAsync();
        var root = cluster.Members[0].Node.Root;
        await using var silent = await SilentFileSystem.MountAsync(
            Path.Combine(root, "silent"), Path.Combine(_folder.Path, "mount.log"));
        await cluster.Members[2].PauseAsync();
        string[] options =
        [
            "--only=members,drives,certificates", $"--path.sysfs={_folder.Path}/sys",
            $"--drives.smartctl-path={smartctl.Path}", "--certificates.files=/silent/a.crt",
        ];

        var (took, code, first) = await TimedAsync(cluster, options);
        var asked = smartctl.Runs;
        var (tookAgain, _, second) = await TimedAsync(cluster, options);
        // What answers is still seen; on a busy machine not by every run.
        await Wait.UntilAsync(
            async () => CheckProgram.Column(
                (await TimedAsync(cluster, ["--only=certificates", .. options[1..]])).Report, "certificates", "name")
                .Contains("etcd-server", StringComparer.Ordinal),
            "the other certificates are seen");
        await cluster.Members[2].ResumeAsync();

        Assert.True(took < Limit, $"took {took}");
        Assert.True(tookAgain < Limit, $"took {tookAgain}");
        Assert.NotEqual(0, code);
        Assert.Contains("timeout", CheckProgram.Column(first, "members", "state"));
        Assert.Equal(["timeout"], CheckProgram.Column(first, "disks", "state"));
        Assert.Contains("DiskUnreadable", CheckProgram.Codes(first));
        // The file, or on a busy machine the whole poll.
        Assert.Contains(Sentences(first), text => text.Contains("/silent/a.crt", StringComparison.Ordinal)
            || text.StartsWith("certificates ", StringComparison.Ordinal));
        Assert.True(asked > 0);
        Assert.Equal(asked, smartctl.Runs);
        Assert.InRange(
            Sentences(second).Count(text => text.Contains("is not asked again before", StringComparison.Ordinal)), 2, 4);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(TimeSpan Took, int Code, JsonElement Report)> TimedAsync(
        EtcdCluster cluster, string[] options)
    {
        var watch = Stopwatch.StartNew();
        var (code, report) = await CheckProgram.RunAsync(cluster, options);
        return (watch.Elapsed, code, report);
    }

    private static string[] Sentences(JsonElement report) =>
    [
        .. report.GetProperty("findings").EnumerateArray().Select(
            item => $"{item.GetProperty("subject").GetString()} {item.GetProperty("summary").GetString()}"),
    ];
}
