using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds series names in the PromQL of these rules: no strings with braces, and groupings in front of the
/// arguments.</summary>
internal static partial class PromQl
{
    /// <summary>Returns the series that an expression reads, including recorded ones.</summary>
    public static IEnumerable<string> Series(string expression) =>
        from Match word in Word().Matches(Noise().Replace(expression, " "))
        where !Reserved.Contains(word.Value) && !word.Groups["call"].Success
        select word.Value;

    // Aggregations are followed by "by" here, so the pattern does not see them as calls.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "unless", "bool", "offset", "inf", "nan", "atan2", "sum", "min", "max", "avg", "count", "group",
        "topk", "bottomk", "quantile", "count_values", "stddev", "stdvar",
    };

    // Strings, selectors, ranges, comments, and the labels of a grouping or matching.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}|\[[^\]]*\]|\#[^\n]*|\boffset\s+\w+
        |\b(?:by|without|on|ignoring|group_left|group_right)\b\s*(?:\([^()]*\))?
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Noise();

    [GeneratedRegex(@"(?<![\w:.])[a-zA-Z_:][\w:]*(?<call>\s*\()?")]
    private static partial Regex Word();
}
