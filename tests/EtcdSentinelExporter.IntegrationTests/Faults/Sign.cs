using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>One thing that the page shows while a fault lasts.</summary>
/// <param name="Collector">The collector whose series it is.</param>
/// <param name="Series">Name without <c>etcd_sentinel_</c>.</param>
/// <param name="Labels">Pairs of name and value; other labels may have any value.</param>
/// <param name="Says">Clause about the value: <c>is 0</c>.</param>
/// <param name="Holds">Gets the values of all such series.</param>
internal sealed record Sign(
    string Collector, string Series, ImmutableArray<(string Name, string Value)> Labels, string Says,
    Func<ImmutableArray<double>, bool> Holds)
{
    private const string Prefix = "etcd_sentinel_";

    /// <summary>Some series has the value.</summary>
    public static Sign Is(string collector, string series, double value, params (string, string)[] labels) => new(
        collector, series, [.. labels], string.Create(CultureInfo.InvariantCulture, $"is {value}"),
        values => values.Contains(value));

    /// <summary>Some series is below the value.</summary>
    public static Sign IsBelow(string collector, string series, double value, params (string, string)[] labels) => new(
        collector, series, [.. labels], string.Create(CultureInfo.InvariantCulture, $"is below {value}"),
        values => values.Any(one => one < value));

    /// <summary>No such series is on the page.</summary>
    public static Sign IsAbsent(string collector, string series, params (string, string)[] labels) =>
        new(collector, series, [.. labels], "is absent", values => values.IsEmpty);

    /// <summary>The series is still on the page.</summary>
    public static Sign Stays(string collector, string series, params (string, string)[] labels) =>
        new(collector, series, [.. labels], "stays", values => !values.IsEmpty);

    /// <summary>As PromQL writes it, with the clause.</summary>
    public string Text => $"`{Prefix}{Series}{Selector}` {Says}";

    public bool IsOn(Scrape page) => Holds([.. page.Samples.Where(IsMine).Select(sample => sample.Value)]);

    private string Selector => Labels.IsEmpty
        ? ""
        : $"{{{string.Join(", ", Labels.Select(label => $"{label.Name}=\"{label.Value}\""))}}}";

    private bool IsMine((string Series, double Value) sample) =>
        sample.Series.Split('{')[0] == Prefix + Series
        && Labels.All(label => sample.Series.Contains($"{label.Name}=\"{label.Value}\"", StringComparison.Ordinal));
}
