using System.Globalization;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Writes to a member whose fsyncs strace delays, and compares etcd's own measurement as the exporter passes it
/// through.</summary>
internal static class SlowWrites
{
    private const int Fsyncs = 3;
    private const double MinSeconds = 0.25;

    public static async Task CheckAsync(FaultNode node)
    {
        using HttpClient http = new() { BaseAddress = node.Sentinel.Address };
        using var strace = CleanProcess.Start(
            Path.Combine(node.Folder, "strace.log"), "/usr/bin/strace",
            ["-f", "-p", node.Member.ProcessId.ToString(CultureInfo.InvariantCulture), "-o", "/dev/null",
                "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=300000"]);
        await Wait.UntilAsync(() => IsTracedAsync(node.Member), "strace is attached");
        try
        {
            var before = await ReadAsync(http);
            var after = before;
            await Wait.UntilAsync(
                async () =>
                {
                    // The others are a quorum: they do not wait for this member, which may write several at once.
                    await node.Cluster.EtcdctlAsync("put", "a", "b");
                    after = await ReadAsync(http);
                    return after.Count - before.Count >= Fsyncs;
                },
                "some fsyncs have returned");

            Assert.InRange((after.Sum - before.Sum) / (after.Count - before.Count), MinSeconds, double.MaxValue);
        }
        finally
        {
            await CleanProcess.SignalAsync(strace, "INT");
            await strace.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsTracedAsync(MemberProcess member) =>
        (await File.ReadAllTextAsync($"/proc/{member.ProcessId.ToString(CultureInfo.InvariantCulture)}/status"))
            .Split('\n').Any(line => line.StartsWith("TracerPid:", StringComparison.Ordinal)
                && !line.EndsWith("\t0", StringComparison.Ordinal));

    private static async Task<(double Sum, double Count)> ReadAsync(HttpClient http)
    {
        var page = Scrape.Parse(await http.GetStringAsync(new Uri("etcd/metrics", UriKind.Relative)));
        return (page.Value("etcd_disk_wal_fsync_duration_seconds_sum") ?? 0,
            page.Value("etcd_disk_wal_fsync_duration_seconds_count") ?? 0);
    }
}
