using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Runs all queries of the dashboards on made-up series of ten minutes. No query may fail, each question of
/// the Overview must have an answer, and with an API server the panels about it must have data.</summary>
internal static class OddClusters
{
    private const int Step = 15;
    private const int Steps = 40;
    private const int Day = 24 * 60 * 60;

    /// <exception cref="LabException">A case failed; its output was printed.</exception>
    public static async Task RunAsync(TextWriter output)
    {
        List<string> failed = [];
        foreach (var one in OddClusterCases.All())
        {
            await using var history =
                await History.StartAsync(end => one.Series.SelectMany(series => TenMinutes(series, end)));
            var (exitCode, text) = await history.RunScriptAsync("odd.py", one.Answers);
            await output.WriteLineAsync($"{one.Name}: {text.TrimEnd()}");
            if (exitCode != 0)
                failed.Add(one.Name);
        }
        if (failed.Count > 0)
            throw new LabException($"failed: {string.Join(", ", failed)}");
    }

    // Counters of the API server grow; a day ago it had half as many objects.
    private static IEnumerable<string> TenMinutes(string line, long end)
    {
        var (series, value) = DashboardsBench.Split(line);
        var family = series[..series.IndexOf('{', StringComparison.Ordinal)];
        var ofApiServer = family.StartsWith("apiserver_", StringComparison.Ordinal);
        var counts = ofApiServer && Array.Exists(["_bucket", "_count", "_total"], family.EndsWith);
        if (ofApiServer && family.EndsWith("_objects", StringComparison.Ordinal))
            yield return string.Create(CultureInfo.InvariantCulture, $"{series} {value / 2} {end - Day}");
        for (var i = Steps; i >= 0; i--)
        {
            var then = counts ? value * (Steps + 10 - i) : value;
            yield return string.Create(CultureInfo.InvariantCulture, $"{series} {then} {end - i * Step}");
        }
    }
}
