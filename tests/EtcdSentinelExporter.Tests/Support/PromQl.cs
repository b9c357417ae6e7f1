using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds names in PromQL as these rules write it: no strings with braces in them, aggregations with the
/// grouping in front.</summary>
internal static partial class PromQl
{
    /// <summary>The series that an expression reads, recorded ones included.</summary>
    public static IEnumerable<string> Series(string expression) =>
        from Match word in Word().Matches(Noise().Replace(expression, " "))
        where !Reserved.Contains(word.Value) && !word.Groups["call"].Success
        select word.Value;

    // Aggregations stand before "by" here, so they are not seen as calls.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "unless", "bool", "offset", "inf", "nan", "atan2", "sum", "min", "max", "avg", "count", "group",
        "topk", "bottomk", "quantile", "count_values", "stddev", "stdvar",
    };

    // Strings, selectors, ranges, comments, and the labels of a grouping or matching.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}|\[[^\]]*\]|\#[^\n]*|\boffset\s+\w+|\b(?:by|without|on|ignoring|group_left|group_right)\b\s*(?:\([^()]*\))?
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Noise();

    [GeneratedRegex(@"(?<![\w:.])[a-zA-Z_:][\w:]*(?<call>\s*\()?")]
    private static partial Regex Word();
}
