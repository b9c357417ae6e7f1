using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;
using static EtcdSentinelExporter.Tests.Deploy.Helm.HelmChart;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>The README of the chart, whose table is made from <c>values.yaml</c>.</summary>
public sealed partial class HelmReadmeTests
{
    private static readonly string Values = File.ReadAllText(Path.Combine(Folder, "values.yaml"));
    private static readonly string Readme = Path.Combine(Folder, "README.md");

    [Fact]
    public void The_values_page_is_what_the_comments_say() => Golden.Match(
        Table().Replace(File.ReadAllText(Readme), $"## Values\n\n{ValuesTable.Of(Values)}", 1), Readme);

    [Fact]
    public void Every_value_is_in_the_table_itself_or_has_its_parts_there()
    {
        var rows = ValuesTable.Rows(Values.Split('\n')).Select(row => row.Key).ToArray();
        var keys = TopKey().Matches(Values).Select(key => key.Groups[1].Value);

        Assert.Distinct(rows);
        Assert.All(keys, key => Assert.Contains(
            rows, row => row == key || row.StartsWith(key + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_preset_is_in_the_readme() =>
        Assert.All(Presets, name =>
            Assert.Contains($"| `{name}` |", File.ReadAllText(Readme), StringComparison.Ordinal));

    [GeneratedRegex(@"## Values\n\n(\|.*\n)*")]
    private static partial Regex Table();

    [GeneratedRegex("^([A-Za-z]+):", RegexOptions.Multiline)]
    private static partial Regex TopKey();
}
