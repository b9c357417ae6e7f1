using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>Pages for people, as they are read in a checkout.</summary>
public sealed partial class LinksTests
{
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

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    // Not those to other sites, nor to a place on the same page.
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)")]
    private static partial Regex Link();
}
