using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Observations of several subjects; a table of their medians and ratios.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string Subject, string Figure), List<double>> _observations = [];

    public void Note(string subject, string figure, double value)
    {
        if (!_observations.TryGetValue((subject, figure), out var values))
            _observations[(subject, figure)] = values = [];
        values.Add(value);
    }

    /// <summary>Lower median, or <see langword="null"/> without an observation.</summary>
    public double? Median(string subject, string figure) =>
        _observations.TryGetValue((subject, figure), out var values)
            ? values.Order().ElementAt((values.Count - 1) / 2)
            : null;

    /// <summary>One line: the medians of all, and those of the first subject divided by the others'.</summary>
    public string Row(string figure, IReadOnlyList<string> subjects)
    {
        var medians = subjects.Select(subject => Median(subject, figure)).ToList();
        return $"{figure,-46}" + string.Concat(medians.Select(median => $"{Number(median),15}"))
            + string.Concat(medians.Skip(1).Select(other => $"{Ratio(medians[0], other),17}"));
    }

    public static string Head(string first, IReadOnlyList<string> subjects) =>
        $"{first,-46}" + string.Concat(subjects.Select(subject => $"{subject,15}"))
            + string.Concat(subjects.Skip(1).Select(other => $"{"/ " + other,17}"));

    private static string Number(double? value) =>
        value is >= 0 ? value.Value.ToString("G4", CultureInfo.InvariantCulture) : "-";

    private static string Ratio(double? value, double? other) =>
        value is { } a && other is { } b and > 0 ? (a / b).ToString("F2", CultureInfo.InvariantCulture) : "-";
}
