using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab;

/// <summary>The sample lines of one page.</summary>
internal sealed record Scrape(string Text, ImmutableArray<(string Series, double Value)> Samples)
{
    public static Scrape Parse(string text) => new(text,
    [
        .. text.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.LastIndexOf(' ') is var end
                ? (line[..end], double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture))
                : default),
    ]);

    /// <summary>Returns the series with this name and these label values; <see langword="null"/> if there is
    /// none.</summary>
    /// <exception cref="InvalidOperationException">Several series match.</exception>
    public double? Value(string name, params string[] labelValues) =>
        Find(name, labelValues).Select(sample => (double?)sample.Value).SingleOrDefault();

    public bool Has(string name, params string[] labelValues) => Find(name, labelValues).Any();

    private IEnumerable<(string Series, double Value)> Find(string name, string[] labelValues) =>
        Samples.Where(sample =>
            (sample.Series == name || sample.Series.StartsWith(name + "{", StringComparison.Ordinal))
            && Array.TrueForAll(
                labelValues, value => sample.Series.Contains($"=\"{value}\"", StringComparison.Ordinal)));
}
