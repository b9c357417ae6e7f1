using System.Text.RegularExpressions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>The table of promises in <c>docs/architecture.md</c>.</summary>
public sealed partial class PromisesTests
{
    public static TheoryData<string> Rows { get; } =
    [
        .. Table().Match(File.ReadAllText(Path.Combine(Repo.Root, "docs/architecture.md"))).Groups["row"].Captures
            .Select(row => row.Value),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_promise_names_a_test_that_exists(string row)
    {
        var (file, test) = Test().Match(row) is { Success: true } name
            ? ($"{name.Groups["class"]}.cs", $" {name.Groups["test"]}(")
            : throw new FormatException("the row names no test");

        Assert.Contains(
            Directory.GetFiles(Path.Combine(Repo.Root, "tests"), file, SearchOption.AllDirectories),
            path => File.ReadAllText(path).Contains(test, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| promise \| test \|\n\| --- \| --- \|\n(?<row>\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"\| `(?<class>\w+)\.(?<test>\w+)` \|\n")]
    private static partial Regex Test();
}
