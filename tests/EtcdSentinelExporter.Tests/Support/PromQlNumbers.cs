using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds numbers in the PromQL of these rules.</summary>
internal static partial class PromQlNumbers
{
    /// <summary>Returns all numbers of an expression, with products evaluated.</summary>
    public static IEnumerable<decimal> All(string expression) =>
        from Match one in Number().Matches(WithoutNoise(expression)) select Product(one.Value);

    private static string WithoutNoise(string expression) => Ranges().Replace(Strings().Replace(expression, "''"), " ");

    private static decimal Product(string factors) =>
        factors.Split('*')
            .Aggregate(1m, (product, one) => product * decimal.Parse(one.Trim(), CultureInfo.InvariantCulture));

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+|\#[^\n]*|\b(?:by|on|group_left|group_right)\s*\([^()]*\)")]
    private static partial Regex Ranges();

    [GeneratedRegex(@"(?<![\w.:])\d[\d.]*(?:\s*\*\s*\d[\d.]*)*(?![\w.])")]
    private static partial Regex Number();
}
