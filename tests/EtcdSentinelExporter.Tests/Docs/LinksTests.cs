using System.Text.RegularExpressions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>Pages for people, as they are read in a checkout.</summary>
public sealed partial class LinksTests
{
    // Characters; a shorter line may well stand twice.
    private const int Sentence = 70;

    public static TheoryData<string> Pages { get; } =
    [
        .. Directory.GetFiles(Repo.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Repo.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repo.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        var path = Path.Combine(Repo.Root, page);
        var targets = Link().Matches(Fenced().Replace(File.ReadAllText(path), ""))
            .Select(match => Path.Combine(Path.GetDirectoryName(path)!, match.Groups[1].Value));

        Assert.All(targets, target => Assert.True(Path.Exists(target), $"{target} does not exist"));
    }

    // What a merge of two branches leaves behind where both added to the end of a page.
    [Theory]
    [MemberData(nameof(Pages))]
    public void No_paragraph_stands_twice_and_none_runs_into_the_next_heading(string page)
    {
        var lines = Fenced().Replace(File.ReadAllText(Path.Combine(Repo.Root, page)), "").Split('\n');
        var sentences = lines.Where(line => line.Length > Sentence && !line.StartsWith('|'));

        Assert.Empty(
            sentences.GroupBy(line => line, StringComparer.Ordinal).Where(same => same.Skip(1).Any())
                .Select(same => same.Key));
        Assert.Empty(lines.Skip(1).Where((line, before) => line.StartsWith('#') && lines[before].Length > 0));
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    // Not those to other sites, nor to a place on the same page.
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)")]
    private static partial Regex Link();
}
