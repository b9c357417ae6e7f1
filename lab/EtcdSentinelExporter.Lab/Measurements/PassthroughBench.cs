using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Compares a scrape through /etcd/metrics with one of etcd itself, with basic and with extensive
/// metrics.</summary>
internal static class PassthroughBench
{
    private const int Scrapes = 500;
    private const int Writes = 200;

    private static readonly string[] s_memory = ["VmRSS", "VmHWM", "RssAnon"];

    /// <param name="exporter">Program to measure.</param>
    public static async Task RunAsync(string exporter, TextWriter output)
    {
        await output.WriteLineAsync("""
            | scrape | KiB | p50 ms | p99 ms | CPU ms | resident MiB | peak MiB | anonymous MiB |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
        foreach (var level in new[] { "basic", "extensive" })
        {
            await using var cluster = await EtcdCluster.StartAsync(new() { ExtraFlags = [$"--metrics={level}"] });
            for (var write = 0; write < Writes; write++)
                await cluster.PutAsync($"/registry/bench/{write.ToString(CultureInfo.InvariantCulture)}", "value");
            var member = cluster.Members[0];
            await using var sentinel = await Sentinel.StartAsync(
                Path.Combine(member.Node.Root, "sentinel.log"), [exporter], System.Net.IPAddress.Loopback,
                [$"--path.rootfs={member.Node.Root}"]);
            await output.WriteLineAsync(
                $"| {level}, exporter before its first scrape | | | | {Memory(new(sentinel.Process))}");
            using var etcd = Process.GetProcessById(member.ProcessId);
            await output.WriteLineAsync(await RowAsync($"{level}, etcd itself", member.MetricsUrl, etcd));
            await output.WriteLineAsync(
                await RowAsync($"{level}, through us", new(sentinel.Address, "etcd/metrics"), sentinel.Process));
        }
    }

    private static async Task<string> RowAsync(string name, Uri page, Process process)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var bytes = (await http.GetByteArrayAsync(page)).Length;
        await TimesAsync(http, page);
        var cost = new ProcessCost(process);
        var before = cost.Processor;
        var times = await TimesAsync(http, page);
        var processor = (cost.Processor - before).TotalMilliseconds / Scrapes;
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {bytes / 1024} | {times[Scrapes / 2]:F2} "
            + $"| {times[Scrapes * 99 / 100]:F2} | {processor:F2} {Memory(cost)}");
    }

    // Milliseconds that each scrape took over one connection, sorted.
    private static async Task<double[]> TimesAsync(HttpClient http, Uri page)
    {
        var times = new double[Scrapes];
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            var start = Stopwatch.GetTimestamp();
            await http.GetByteArrayAsync(page);
            times[scrape] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times;
    }

    private static string Memory(ProcessCost cost) => string.Concat(
        s_memory.Select(field =>
            string.Create(CultureInfo.InvariantCulture, $"| {cost.Kibibytes(field) / 1024:F1} "))) + "|";
}
