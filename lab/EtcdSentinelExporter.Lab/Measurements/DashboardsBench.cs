using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Measures what opening each dashboard costs a real Prometheus: all of its queries over 24 hours, 720 points,
/// six at a time, as Grafana asks them.</summary>
internal static class DashboardsBench
{
    private const int Day = 24 * 60 * 60;
    private const int Step = 120;

    /// <exception cref="LabException">A query failed.</exception>
    public static async Task RunAsync(int clusters, int members, TextWriter output)
    {
        var page = new MadeUpSeries(clusters, members).Page();
        string[] all = [.. page, .. new RecordedSeries(members).Of(page)];
        await output.WriteLineAsync(
            $"{clusters} clusters of {members}: {all.Length} series, 24 h, a sample every {Step / 60} minutes");
        await using var history = await History.StartAsync(end => all.SelectMany(series => OverADay(series, end)));
        var (exitCode, text) = await history.RunScriptAsync("measure.py");
        await output.WriteLineAsync(text.TrimEnd());
        var load = await File.ReadAllTextAsync("/proc/loadavg");
        await output.WriteLineAsync($"load average: {string.Join(' ', load.Split(' ')[..3])}");
        if (exitCode != 0)
            throw new LabException("a query of a dashboard failed");
    }

    // A counter grows evenly up to its value.
    private static IEnumerable<string> OverADay(string series, long end)
    {
        var (name, value) = Split(series);
        var family = name[..name.IndexOf('{', StringComparison.Ordinal)];
        var counts = Array.Exists(["_total", "_bucket", "_count", "_sum"], family.EndsWith);
        for (var i = 0; i <= Day / Step; i++)
        {
            var then = counts ? value * i * Step / Day : value;
            yield return string.Create(CultureInfo.InvariantCulture, $"{name} {then} {end - Day + i * Step}");
        }
    }

    /// <summary>Splits a line of a page into series and value.</summary>
    public static (string Series, double Value) Split(string line) =>
        line.LastIndexOf(' ') is var at
            ? (line[..at], double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture))
            : default;
}
