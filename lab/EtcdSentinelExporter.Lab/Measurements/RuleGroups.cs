using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Durations of rule groups, by Prometheus' own count.</summary>
internal static class RuleGroups
{
    private const string Ours = "control-plane-sentinel.";
    private const string Duration = "prometheus_rule_group_last_duration_seconds{";
    private const string Interval = "prometheus_rule_group_interval_seconds{";

    /// <summary>Prints the mean duration of each group and its share of its interval, ours first.</summary>
    /// <param name="seen">Metrics of Prometheus, looked at several times.</param>
    public static async Task ReportAsync(ILookup<string, double> seen, TextWriter output)
    {
        foreach (var some in All(seen).GroupBy(group => group.Name.StartsWith(Ours, StringComparison.Ordinal))
            .OrderByDescending(some => some.Key))
        {
            var share = some.Sum(one => one.Seconds / one.Every);
            await output.WriteLineAsync(Line(some.Key ? "rules/" : "beside", some.Sum(one => one.Seconds), share));
            foreach (var (name, seconds, every) in some)
                await output.WriteLineAsync(Line($"  {name}, each {every} s", seconds, seconds / every));
        }
    }

    private static ImmutableArray<(string Name, double Seconds, double Every)> All(ILookup<string, double> seen) =>
    [
        .. from one in seen
           where one.Key.StartsWith(Duration, StringComparison.Ordinal)
           let seconds = one.Where(double.IsFinite).DefaultIfEmpty().Average()
           where seconds > 0
           orderby seconds descending
           select (one.Key.Split('"', ';')[^2], seconds, seen[Interval + one.Key[Duration.Length..]].First()),
    ];

    private static string Line(string name, double seconds, double share) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-60} {seconds * 1000,9:F1} ms, {share:P2} of the time");
}
