using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Keyspace;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="KeyspaceBench"/>.</summary>
/// <param name="Keys">Sizes of the keyspace.</param>
/// <param name="Seconds">Duration of each of the two measurements of a writer.</param>
/// <param name="Rate">Writes a second.</param>
/// <param name="Exporter">Program whose verb <c>writers</c> is measured.</param>
internal sealed record KeyspaceBenchOptions(ImmutableArray<int> Keys, int Seconds, int Rate, string Exporter);

/// <summary>Measures counts of keys, a writer beside them, and the verb <c>writers</c>.</summary>
internal sealed class KeyspaceBench(KeyspaceBenchOptions options, TextWriter output)
{
    private const int Counts = 5;
    private const int Writers = 8;
    private const int WritesOfStorm = 2000;
    private const int WatchSeconds = 30;

    public async Task RunAsync()
    {
        await output.WriteLineAsync(await MachineAsync());
        foreach (var keys in options.Keys)
        {
            await using var cluster = await EtcdCluster.StartAsync();
            using var leader = new LabClient(cluster.Members[0]);
            await cluster.LeadAsync(0);
            await KubernetesKeys.FillAsync(leader.Etcd, keys);
            await CountAsync(cluster, keys);
            await BesideAsync(cluster, keys);
        }
        await WatchAsync();
    }

    // Several counts, one after the other, of a follower at rest.
    private async Task CountAsync(EtcdCluster cluster, int keys)
    {
        using var client = new LabClient(cluster.Members[1]);
        using var etcd = Process.GetProcessById(cluster.Members[1].ProcessId);
        var cost = new ProcessCost(etcd);
        var member = new KeyspaceMember(
            client.Target, client.Link, new() { Call = Patience.Limit }, TimeProvider.System);
        var map = KeyspaceMap.Empty;
        for (var number = 1; number <= Counts; number++)
        {
            var before = cost.Processor;
            var counter = new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System);
            var watch = Stopwatch.StartNew();
            (var counts, map) = await counter.CountAsync(CancellationToken.None);
            await output.WriteLineAsync(Text(
                $"{keys:#,0} keys, count {number}: {counts.Total:#,0} keys, {counts.Requests} requests, ")
                + Text($"{watch.Elapsed.TotalMilliseconds:0} ms; ")
                + Text($"etcd {counts.Took.TotalMilliseconds:0} ms in requests, ")
                + Text($"slowest {counter.Slowest.TotalMilliseconds:0} ms, ")
                + Text($"{(cost.Processor - before).TotalMilliseconds:0} ms of CPU; other {counts.OtherKeys}"));
        }
    }

    // The writer is pinned to the follower that is counted, which has to apply its writes too.
    private async Task BesideAsync(EtcdCluster cluster, int keys)
    {
        foreach (var isCounted in new[] { false, true, false, true })
        {
            using var writing = new LabClient(cluster.Members[1]);
            using var counting = new LabClient(cluster.Members[1]);
            var member = new KeyspaceMember(
                counting.Target, counting.Link, new() { Call = Patience.Limit }, TimeProvider.System);
            var map = KeyspaceMap.Empty;
            for (var number = 1; number <= 2; number++)
            {
                map = (await new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System)
                    .CountAsync(CancellationToken.None)).Map;
            }
            await using var writer = new PinnedWriter("bench", writing.Etcd, options.Rate);
            var watch = Stopwatch.StartNew();
            var half = TimeSpan.FromSeconds(options.Seconds / 2.0);
            await Task.Delay(half, TimeProvider.System, CancellationToken.None);
            var took = TimeSpan.Zero;
            if (isCounted)
            {
                took = (await new KeyCounter(member, ApiServerRoots.Usual, map, TimeProvider.System)
                    .CountAsync(CancellationToken.None)).Counts.Took;
            }
            if ((2 * half) - watch.Elapsed is { Ticks: > 0 } rest)
                await Task.Delay(rest, TimeProvider.System, CancellationToken.None);
            var (seconds, failures) = await writer.StopAsync();
            await output.WriteLineAsync(Text(
                $"{keys:#,0} keys, writer of {options.Rate}/s for {options.Seconds} s, ")
                + (isCounted ? Text($"with one count ({took.TotalMilliseconds:0} ms)") : "without a count")
                + Text($": p50 {At(seconds, 0.5):0.0} ms, p99 {At(seconds, 0.99):0.0} ms, ")
                + Text($"p99.9 {At(seconds, 0.999):0.0} ms, ")
                + Text($"worst {At(seconds, 1):0} ms, {seconds.Length} writes, {failures} failed"));
        }
    }

    private async Task WatchAsync()
    {
        await using var cluster = await EtcdCluster.StartAsync();
        using var first = new LabClient(cluster.Members[0]);
        await KubernetesKeys.FillAsync(first.Etcd, 1000);
        await cluster.LeadAsync(0);
        var clients = Enumerable.Range(0, Writers).Select(_ => new LabClient(cluster.Members[0])).ToArray();
        var writers = clients.Select((client, number) => new PinnedWriter(
            $"node-{number}", client.Etcd, WritesOfStorm / Writers)).ToArray();
        using var etcd = Process.GetProcessById(cluster.Members[1].ProcessId);
        foreach (var isWatched in new[] { false, true })
        {
            var cost = new ProcessCost(etcd);
            var (cpu, sent) = (cost.Processor, await SentAsync(cluster.Members[1]));
            await (isWatched
                ? WatchAsync(cluster.Members[1])
                : Task.Delay(TimeSpan.FromSeconds(WatchSeconds), TimeProvider.System, CancellationToken.None));
            await output.WriteLineAsync(Text(
                $"{(isWatched ? "with" : "without")} writers: the follower's etcd used ")
                + Text($"{(cost.Processor - cpu).TotalSeconds / WatchSeconds:0.000} of a core and sent clients ")
                + Text($"{(await SentAsync(cluster.Members[1]) - sent) / 1024 / WatchSeconds:0} KiB/s"));
        }
        foreach (var writer in writers)
        {
            var (seconds, failures) = await writer.StopAsync();
            await output.WriteLineAsync(Text(
                $"writer: {seconds.Length} writes, p99 {At(seconds, 0.99):0.0} ms, {failures} failed"));
        }
        foreach (var client in clients)
            client.Dispose();
    }

    private async Task WatchAsync(MemberProcess member)
    {
        var log = Path.Combine(TestRun.Folder, "writers.log");
        using var process = CleanProcess.Start(log, options.Exporter,
        [
            "writers", $"--for={WatchSeconds}s", $"--path.rootfs={member.Node.Root}", "--etcd.processes=false",
        ]);
        var cost = new ProcessCost(process);
        var (cpu, memory) = (TimeSpan.Zero, 0.0);
        while (!process.HasExited)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, CancellationToken.None);
            // Both are 0 once it has ended.
            (cpu, memory) = (
                TimeSpan.FromTicks(Math.Max(cpu.Ticks, cost.Processor.Ticks)),
                Math.Max(memory, cost.Kibibytes("VmRSS")));
        }
        await output.WriteLineAsync(await File.ReadAllTextAsync(log));
        await output.WriteLineAsync(Text(
            $"writers: {cpu.TotalSeconds:0.00} s of CPU, at most {memory / 1024:0.0} MiB resident"));
    }

    private static async Task<double> SentAsync(MemberProcess member)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return Scrape.Parse(await http.GetStringAsync(member.MetricsUrl))
            .Value("etcd_network_client_grpc_sent_bytes_total") ?? 0;
    }

    private static async Task<string> MachineAsync()
    {
        var load = await File.ReadAllTextAsync("/proc/loadavg");
        return Text($"{Environment.ProcessorCount} processors, load {load.TrimEnd()}");
    }

    private static double At(ImmutableArray<double> ordered, double share) =>
        ordered.IsEmpty ? double.NaN : ordered[(int)(share * (ordered.Length - 1))] * 1000;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
