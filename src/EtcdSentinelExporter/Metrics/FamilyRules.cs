using System.Buffers;
using System.Collections.Frozen;

namespace EtcdSentinelExporter.Metrics;

/// <summary>Validates families. Prometheus would reject a whole scrape because of one invalid family, so it cannot
/// be created.</summary>
internal static class FamilyRules
{
    // promtool flags capitals and colons too; the formats themselves allow them.
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // Prometheus Operator sets the first ones on every target: ours would be renamed to exported_….
    private static readonly FrozenSet<string> ReservedLabels = FrozenSet.ToFrozenSet(
    [
        "job", "instance", "endpoint", "namespace", "pod", "service", "container", "node", "cluster",
        "le", "quantile",
    ]);

    private static readonly ImmutableArray<string> ReservedSuffixes = ["_bucket", "_sum", "_count", "_created"];

    /// <exception cref="ArgumentException">A rule is broken; names the family and the rule.</exception>
    public static void Check(MetricType type, string name, string help, ImmutableArray<string> labels)
    {
        if ((NameFault(type, name) ?? HelpFault(help) ?? LabelFault(labels)) is { } fault)
            throw new ArgumentException($"The family {name} {fault}.", nameof(name));
    }

    /// <summary>Checks that the name ends in <c>_info</c> if and only if the family is a constant 1 with descriptive
    /// labels.</summary>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public static void CheckInfo(string name, bool isInfo)
    {
        if (name.EndsWith("_info", StringComparison.Ordinal) != isInfo)
            throw new ArgumentException($"{name}: names of info families, and only those, end in _info.", nameof(name));
    }

    /// <summary>Checks that the families have distinct names, and so can be on one page.</summary>
    /// <remarks>OpenMetrics removes <c>_total</c>: a gauge <c>x</c> and a counter <c>x_total</c> would be duplicate
    /// families.</remarks>
    /// <exception cref="ArgumentException">Two families have the same name.</exception>
    public static void CheckDistinct(IEnumerable<MetricFamily> families)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in families)
        {
            if (!seen.Add(family.OpenMetricsName))
                throw new ArgumentException($"Duplicate family {family.OpenMetricsName}.", nameof(families));
        }
    }

    /// <summary>Checks the bounds of a histogram: ascending, and written alike in both formats and by every version of
    /// Prometheus.</summary>
    /// <remarks>prometheus-net writes an integer bound as <c>1</c> in one format and as <c>1.0</c> in the other, which
    /// makes two series. From 1e6 on and below 1e-4, Prometheus 3 formats bounds in another way.</remarks>
    /// <exception cref="ArgumentException">The bounds are invalid or empty.</exception>
    public static void CheckBounds(ImmutableArray<double> bounds)
    {
        if (bounds.IsEmpty || !bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second))
            throw new ArgumentException("Histogram bounds must be ascending, not empty, without +Inf.", nameof(bounds));
        if (!bounds.All(bound => bound is >= 1e-4 and < 1e6 && !double.IsInteger(bound)))
            throw new ArgumentException("Histogram bounds must be from 1e-4 to 1e6, and not integers.", nameof(bounds));
    }

    private static string? NameFault(MetricType type, string name) => name switch
    {
        _ when !IsWord(name) => "has a name with characters other than a to z, 0 to 9 and _",
        _ when name.EndsWith("_total", StringComparison.Ordinal) != type is MetricType.Counter =>
            "has an invalid name: names of counters, and only those, end in _total",
        _ when name.EndsWith("_info", StringComparison.Ordinal) && type is not MetricType.Gauge =>
            "ends in _info, but is not a gauge",
        _ when ReservedSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) =>
            "ends in a suffix that is reserved for histograms",
        _ => null,
    };

    // prometheus-net does not escape help texts, and the two formats escape different characters.
    private static string? HelpFault(string help) => help switch
    {
        _ when string.IsNullOrWhiteSpace(help) => "has no help text",
        _ when help.Any(c => c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c)) =>
            "has a double quote, a backslash or a control character in its help text",
        _ => null,
    };

    private static string? LabelFault(ImmutableArray<string> labels) =>
        labels.FirstOrDefault(label => !IsWord(label)) is { } invalid
            ? $"has a label \"{invalid}\" with characters other than a to z, 0 to 9 and _"
            : labels.FirstOrDefault(ReservedLabels.Contains) is { } reserved
            ? $"has a label {reserved}, which is reserved"
            : labels.Distinct(StringComparer.Ordinal).Count() != labels.Length ? "has a duplicate label"
        : null;

    // No leading underscore: two of them mark labels of Prometheus itself.
    private static bool IsWord(string name) =>
        name is [>= 'a' and <= 'z', ..] && !name.AsSpan().ContainsAnyExcept(Allowed);
}
