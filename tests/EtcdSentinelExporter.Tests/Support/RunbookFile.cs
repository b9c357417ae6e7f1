using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>One page of <c>docs/runbooks</c>.</summary>
internal sealed partial record RunbookFile(string Name, string Text)
{
    public static string Folder { get; } = Path.Combine(Repo.Root, "docs", "runbooks");

    public static ImmutableArray<RunbookFile> All { get; } =
    [
        .. Directory.GetFiles(Folder, "*.md").Order(StringComparer.Ordinal)
            .Select(file => new RunbookFile(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file))),
    ];

    /// <summary>True for the page of one alert; pages for several alerts have names in lower case.</summary>
    public bool IsOfAlert => char.IsUpper(Name[0]);

    public IEnumerable<string> Headings => Heading().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>Text without fenced code.</summary>
    public string Prose => Fenced().Replace(Text, "");

    public IEnumerable<string> CodeBlocks => Fenced().Matches(Text).Select(match => match.Groups["code"].Value);

    /// <summary>Code between single backticks.</summary>
    public IEnumerable<string> InlineCode => Inline().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>Info strings of the fences, such as <c>sh lab</c>.</summary>
    public IEnumerable<string> CodeKinds => Fenced().Matches(Text).Select(match => match.Groups["kind"].Value);

    public IEnumerable<string> Links => Link().Matches(Prose).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```(?<kind>[^\n]*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
