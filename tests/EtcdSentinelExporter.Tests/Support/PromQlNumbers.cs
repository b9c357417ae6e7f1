using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds numbers in the PromQL of these rules and dashboards.</summary>
internal static partial class PromQlNumbers
{
    /// <summary>Returns comparisons with a number, such as <c>&lt; 604800</c>, with products evaluated. Comparisons
    /// with 0 and 1 are left out: they test for presence or a state.</summary>
    public static IEnumerable<string> Limits(string expression) =>
        (from Match one in Comparison().Matches(WithoutNoise(expression))
         let value = Product(one.Groups["number"].Value)
         where value is not (0 or 1)
         select string.Create(CultureInfo.InvariantCulture, $"{one.Groups["sign"].Value} {value}")).Distinct();

    /// <summary>Returns all numbers of an expression, with products evaluated.</summary>
    public static IEnumerable<decimal> All(string expression) =>
        from Match one in Number().Matches(WithoutNoise(expression)) select Product(one.Value);

    /// <summary>Returns the parenthesized part that ends at <paramref name="end"/>.</summary>
    public static string Call(string expression, int end)
    {
        var quoted = Strings().Matches(expression).SelectMany(text => Enumerable.Range(text.Index, text.Length))
            .ToHashSet();
        var depth = 0;
        for (var at = end; at >= 0; at--)
        {
            depth += quoted.Contains(at) ? 0 : expression[at] switch { ')' => 1, '(' => -1, _ => 0 };
            if (depth == 0)
                return expression[at..(end + 1)];
        }
        throw new ArgumentException($"no parenthesis closes at {end}", nameof(end));
    }

    private static string WithoutNoise(string expression) => Ranges().Replace(Strings().Replace(expression, "''"), " ");

    private static decimal Product(string factors) =>
        factors.Split('*')
            .Aggregate(1m, (product, one) => product * decimal.Parse(one.Trim(), CultureInfo.InvariantCulture));

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+|\#[^\n]*|\b(?:by|on|group_left|group_right)\s*\([^()]*\)")]
    private static partial Regex Ranges();

    [GeneratedRegex(@"(?<sign>>=|<=|==|!=|>|<)\s*(?:bool\s+)?(?<number>\d[\d.]*(?:\s*\*\s*\d[\d.]*)*)(?![\w.])")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(?<![\w.:])\d[\d.]*(?:\s*\*\s*\d[\d.]*)*(?![\w.])")]
    private static partial Regex Number();
}
