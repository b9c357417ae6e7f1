using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>One ruler may evaluate many clusters: every rule tells them apart by the label <c>cluster</c>.</summary>
public sealed partial class RulesClusterTests
{
    // Nodes without the label, and the question if there is any exporter at all.
    private static readonly string[] OfNoCluster =
    [
        "CAMismatch: on (instance)", "SentinelAbsent: on ()", "SentinelAbsent: on ()",
    ];

    [Fact]
    public void Every_list_of_labels_begins_with_the_cluster() => Assert.Equal(OfNoCluster,
        from rule in RuleFiles.Rules
        from Match list in Lists().Matches(rule.Expression)
        where list.Groups["first"].Value != "cluster"
        orderby rule.Name
        select $"{rule.Name}: {list.Value}");

    [Fact]
    public void Every_aggregation_has_such_a_list() => Assert.Equal([],
        from rule in RuleFiles.Rules
        from Match aggregation in Aggregations().Matches(rule.Expression)
        select $"{rule.Name}: {aggregation.Value}");

    // Otherwise a text shows the member, the disk or the node of another cluster.
    [Fact]
    public void Every_query_of_a_text_is_about_the_cluster_of_its_alert() => Assert.Equal([],
        from rule in RuleFiles.Alerts
        from text in rule.Annotations.Values
        from Match query in Selectors().Matches(text)
        let matchers = query.Groups["matchers"].Value
        where !matchers.StartsWith("cluster=", StringComparison.Ordinal)
            && !(matchers.StartsWith("%s", StringComparison.Ordinal)
                && text.Contains("$of := printf `cluster=%q", StringComparison.Ordinal))
        select $"{rule.Name}: {query.Value}");

    [GeneratedRegex(@"\b(?:by|on|ignoring|without)\s*\(\s*(?<first>\w*)[^()]*\)")]
    private static partial Regex Lists();

    [GeneratedRegex(@"\b(?:sum|min|max|avg|count|group|topk|bottomk|quantile|stddev|stdvar|count_values)\s*\(")]
    private static partial Regex Aggregations();

    [GeneratedRegex(@"[a-z_]\w*(?::\w+)*\{(?<matchers>[^{}]*)\}")]
    private static partial Regex Selectors();
}
