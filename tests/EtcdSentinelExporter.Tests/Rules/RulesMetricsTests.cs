using System.Text.RegularExpressions;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>A rule with a misspelt metric never fires, and nobody notices: every name is checked.</summary>
public sealed partial class RulesMetricsTests
{
    private static readonly YamlMappingNode Known = RuleFiles.Load(
        Path.Combine(Repo.Root, "tests", "EtcdSentinelExporter.Tests", "Fixtures", "rules", "known-metrics.yaml"));

    private static readonly HashSet<string> Ours =
    [
        .. Catalog.All.SelectMany(kind => kind.Families).Concat(PollMetrics.Families)
            .SelectMany(family => family.Type is MetricType.Histogram ? Histogram(family.Name) : [family.Name]),
    ];

    /// <summary>Whatever an expression may read: ours, what rules record, and what others are known to have.</summary>
    internal static HashSet<string> Exist { get; } =
    [
        .. Ours, .. RuleFiles.Rules.Where(rule => !rule.IsAlert).Select(rule => rule.Name),
        .. Known.Children.Values.SelectMany(family => ((YamlMappingNode)family).Children.Keys)
            .SelectMany(name => Histogram(name.ToString()).Prepend(name.ToString())),
    ];

    [Fact]
    public void Every_metric_that_a_rule_reads_exists() => Assert.Equal([],
        from rule in RuleFiles.Rules
        from name in PromQl.Series(rule.Expression)
        where !Exist.Contains(name)
        select $"{rule.Name}: {name}");

    [Fact]
    public void Every_series_of_a_promtool_test_exists_too()
    {
        var read = RuleFiles.Rules.SelectMany(rule => PromQl.Series(rule.Expression)).ToHashSet(StringComparer.Ordinal);
        var given =
            from file in RuleFiles.Files("*.test.yaml")
            from test in RuleFiles.List(RuleFiles.Load(file), "tests")
            from series in RuleFiles.List(test, "input_series")
            select Name().Match(RuleFiles.Text(series, "series")).Value;

        Assert.Equal(
            [], given.Distinct(StringComparer.Ordinal).Where(name => !read.Contains(name) && !Ours.Contains(name)));
    }

    /// <summary>The recorded pages are not part of the repository; without them there is nothing to compare.</summary>
    [Fact]
    public void What_the_table_says_about_versions_of_etcd_is_what_their_pages_say()
    {
        foreach (var page in RecordedPages.Need())
        {
            var version = Version().Match(Path.GetFileName(page)).Value;
            var families = TypeLine().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value)
                .ToHashSet(StringComparer.Ordinal);
            Assert.Equal([], OfEtcd(version).Where(name => !families.Contains(name)).Select(name => $"{page}: {name}"));
        }
    }

    [Fact]
    public void The_table_holds_all_versions_of_etcd_that_are_supported() =>
        Assert.All(["3.4", "3.5", "3.6", "3.7"], version => Assert.NotEmpty(OfEtcd(version)));

    private static IEnumerable<string> OfEtcd(string version) =>
        from pair in (YamlMappingNode)Known.Children["etcd"]
        where ((YamlSequenceNode)pair.Value).Children.Any(v => v.ToString() == version)
        select pair.Key.ToString();

    private static IEnumerable<string> Histogram(string name) => [name + "_bucket", name + "_sum", name + "_count"];

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<=etcd-)\d+\.\d+")]
    private static partial Regex Version();

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
