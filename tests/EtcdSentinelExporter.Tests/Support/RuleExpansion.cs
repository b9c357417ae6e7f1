namespace EtcdSentinelExporter.Tests.Support;

/// <summary>An expression with all that it is made of.</summary>
internal static class RuleExpansion
{
    private static readonly ILookup<string, Rule> Recorded =
        RuleFiles.Rules.Where(rule => !rule.IsAlert).ToLookup(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>The rule's expression, and below it those of the recorded series that it reads, and
    /// of theirs.</summary>
    public static string Of(Rule rule)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return string.Join('\n', All(rule.Expression, seen));
    }

    private static IEnumerable<string> All(string expression, HashSet<string> seen) =>
        PromQl.Series(expression)
            .Where(seen.Add)
            .SelectMany(name => Recorded[name])
            .SelectMany(rule => All(rule.Expression, seen))
            .Prepend(expression)
            .ToArray();
}
