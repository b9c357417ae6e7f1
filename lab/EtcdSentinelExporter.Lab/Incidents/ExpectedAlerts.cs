using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>How many alerts of a name must and may fire.</summary>
internal sealed record ExpectedAlert(string Name, int Min, int Max);

/// <summary>The lines of lab/data/expected-alerts.</summary>
internal sealed class ExpectedAlerts(string text)
{
    private readonly ImmutableArray<(string When, ExpectedAlert Alert)> _all =
    [
        .. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries))
            .Select(words => (words[0], Of(words[1], words[2].Split('-')))),
    ];

    public static ExpectedAlerts Load() => new(File.ReadAllText(Path.Combine(Repo.Data, "expected-alerts")));

    /// <param name="when">The incident, and what is true of this machine.</param>
    /// <returns>One per name: the least number is that of the first line, the greatest that of all.</returns>
    public ImmutableArray<ExpectedAlert> Of(params string[] when) =>
    [
        .. _all.Where(line => when.Contains(line.When, StringComparer.Ordinal)).Select(line => line.Alert)
            .GroupBy(alert => alert.Name, StringComparer.Ordinal)
            .Select(same => new ExpectedAlert(same.Key, same.First().Min, same.Max(alert => alert.Max))),
    ];

    private static ExpectedAlert Of(string name, string[] rows) => new(
        name, int.Parse(rows[0], CultureInfo.InvariantCulture), int.Parse(rows[^1], CultureInfo.InvariantCulture));
}
