namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Expands the recorded series of an expression.</summary>
internal static class RuleExpansion
{
    private static readonly ILookup<string, Rule> Recorded =
        RuleFiles.Rules.Where(rule => !rule.IsAlert).ToLookup(rule => rule.Name, StringComparer.Ordinal);

    /// <summary>Returns the rule's expression, followed by those of the recorded series that it reads,
    /// recursively.</summary>
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
