using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EtcdSentinelExporter.Metrics;

/// <summary>What a family may be called. One that breaks a rule would cost the whole scrape, so it never comes to
/// be.</summary>
internal static class FamilyRules
{
    // promtool flags capitals and colons too; the formats themselves would take them.
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // Prometheus Operator writes the first ones on every target: ours would arrive as exported_….
    private static readonly FrozenSet<string> TakenLabels = FrozenSet.ToFrozenSet(
    [
        "job", "instance", "endpoint", "namespace", "pod", "service", "container", "node", "cluster",
        "le", "quantile",
    ]);

    private static readonly ImmutableArray<string> TakenSuffixes = ["_bucket", "_sum", "_count", "_created"];

    /// <exception cref="ArgumentException">A rule is broken; names the family and the rule.</exception>
    public static void Check(MetricType type, string name, string help, ImmutableArray<string> labels)
    {
        if ((NameFault(type, name) ?? HelpFault(help) ?? LabelFault(labels)) is { } fault)
            throw new ArgumentException($"The family {name} {fault}.", nameof(name));
    }

    /// <summary>Whether the name ends in <c>_info</c> exactly when the family is a constant 1 that describes
    /// something.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void CheckInfo(string name, bool isInfo)
    {
        if (name.EndsWith("_info", StringComparison.Ordinal) != isInfo)
            throw new ArgumentException($"{name}: what describes ends in _info, nothing else does.", nameof(name));
    }

    /// <summary>Whether the families can stand on one page.</summary>
    /// <remarks>OpenMetrics cuts <c>_total</c> off: a gauge <c>x</c> beside a counter <c>x_total</c> would be one
    /// family told twice.</remarks>
    /// <exception cref="ArgumentException">Two of them share a name.</exception>
    public static void CheckDistinct(IEnumerable<MetricFamily> families)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var family in families)
        {
            if (!seen.Add(family.OpenMetricsName))
                throw new ArgumentException($"Two families are called {family.OpenMetricsName}.", nameof(families));
        }
    }

    /// <summary>Checks the bounds of a histogram: ascending, and spelt alike in both formats and by every version of
    /// Prometheus.</summary>
    /// <remarks>prometheus-net writes a whole bound as <c>1</c> in one format and as <c>1.0</c> in the other: two
    /// series. From 1e6 on and below 1e-4 Prometheus 3 spells bounds in another way than it.</remarks>
    /// <exception cref="ArgumentException">They are not, or there is none.</exception>
    public static void CheckBounds(ImmutableArray<double> bounds)
    {
        if (bounds.IsEmpty || !bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second))
            throw new ArgumentException("A histogram has bounds, and they ascend; +Inf is added.", nameof(bounds));
        if (!bounds.All(bound => bound is >= 1e-4 and < 1e6 && !double.IsInteger(bound)))
            throw new ArgumentException("Bounds are from 1e-4 to 1e6, and not whole.", nameof(bounds));
    }

    private static string? NameFault(MetricType type, string name) => name switch
    {
        _ when !IsWord(name) => "has a name that is not made of a to z, 0 to 9 and _",
        _ when name.EndsWith("_total", StringComparison.Ordinal) != type is MetricType.Counter =>
            "breaks a rule: counters end in _total, nothing else does",
        _ when name.EndsWith("_info", StringComparison.Ordinal) && type is not MetricType.Gauge =>
            "ends in _info, but is no gauge",
        _ when TakenSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) =>
            "ends in a suffix that belongs to the parts of histograms",
        _ => null,
    };

    // prometheus-net writes it as it is, and the two formats escape different characters.
    private static string? HelpFault(string help) => help switch
    {
        _ when string.IsNullOrWhiteSpace(help) => "has no help text",
        _ when help.Any(c => c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c)) =>
            "has a double quote, a backslash or a control character in its help text",
        _ => null,
    };

    private static string? LabelFault(ImmutableArray<string> labels) =>
        labels.FirstOrDefault(label => !IsWord(label)) is { } odd
            ? $"has a label \"{odd}\" that is not made of a to z, 0 to 9 and _"
        : labels.FirstOrDefault(TakenLabels.Contains) is { } taken ? $"has a label {taken}, which belongs to Prometheus"
        : labels.Distinct(StringComparer.Ordinal).Count() != labels.Length ? "names a label twice"
        : null;

    // A leading underscore is left to Prometheus: two of them mark its own labels.
    private static bool IsWord(string name) =>
        name is [>= 'a' and <= 'z', ..] && !name.AsSpan().ContainsAnyExcept(Allowed);
}
