using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Observations of several subjects; rows of a Markdown table with their medians and spread.</summary>
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

    /// <summary>The sum of medians; <see langword="null"/> if one is missing.</summary>
    public double? Sum(IEnumerable<string> subjects, string figure) =>
        subjects.Aggregate((double?)0, (sum, subject) => sum + Median(subject, figure));

    /// <summary>The median, and behind it the least and the most where they differ; a dash without an
    /// observation.</summary>
    public string Cell(string subject, string figure) =>
        !_observations.TryGetValue((subject, figure), out var values) ? "–"
        : values.Min() < values.Max()
            ? $"{Number(Median(subject, figure))} ({Number(values.Min())} to {Number(values.Max())})"
            : Number(values[0]);

    /// <summary>Three significant digits and more, or a dash.</summary>
    public static string Number(double? value) => value is not { } number || !double.IsFinite(number) ? "–"
        : number.ToString(Math.Abs(number) >= 100 ? "#,0" : "0.###", CultureInfo.InvariantCulture);

    /// <summary>A line of a table.</summary>
    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
