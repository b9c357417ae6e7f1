using System.Text.RegularExpressions;
using EtcdSentinelExporter.Lab.Fuzzing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Fuzzing;

/// <summary>Inputs that once broke a parser break it no more.</summary>
public sealed partial class FuzzTargetsTests
{
    private static readonly string Targets = string.Concat(
        Directory.GetFiles(Path.Combine(Repo.Root,
            "lab/EtcdSentinelExporter.Lab/Fuzzing/Targets")).Select(File.ReadAllText));

    // They have no caller but a parser of the list.
    private static readonly string[] Parts = ["MetricsPageLine", "StrictJson", "Kubeconfig"];

    public static TheoryData<string> Names { get; } = [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kept_seeds_break_nothing(string name)
    {
        FuzzRunner runner = new(FuzzTargets.All.Single(target => target.Name == name), TimeProvider.System);

        Assert.All(SeedFiles.KeptFor(name), seed => Assert.Null(runner.Run(seed).Problem));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_parser_accepts_its_first_seed(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);

        Assert.Contains(target.Seeds(), seed => target.Rejection(seed) is null);
    }

    [Fact]
    public void Each_folder_of_seeds_is_named_after_a_parser() =>
        Assert.Empty(SeedFiles.KeptFolders.Except(FuzzTargets.All.Select(target => target.Name),
            StringComparer.Ordinal));

    [Fact]
    public void Each_type_that_parses_is_fuzzed() => Assert.Empty(
        from path in Directory.GetFiles(Path.Combine(Repo.Root, "src"), "*.cs", SearchOption.AllDirectories)
        from type in TypesThatParse(File.ReadAllText(path))
        where !Parts.Contains(type) && !Targets.Contains($"{type}.", StringComparison.Ordinal)
        select type);

    private static IEnumerable<string> TypesThatParse(string text) => Parser().Matches(text)
        .Select(parser => Declaration().Matches(text[..parser.Index])[^1].Groups["name"].Value)
        .Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^    public static [^=(]*\bParse\w*\(", RegexOptions.Multiline)]
    private static partial Regex Parser();

    [GeneratedRegex(@"^internal[a-z ]* (?:class|record|struct) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
