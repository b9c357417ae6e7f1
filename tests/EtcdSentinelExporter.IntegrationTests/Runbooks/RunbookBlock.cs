using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>Commands of a runbook that the lab runs.</summary>
/// <param name="Kind">What stands behind the fence: <c>sh lab</c> only reads, <c>sh lab change</c> changes something,
/// <c>sh lab change other</c> does so on another node than the one that is worked on.</param>
internal sealed partial record RunbookBlock(string Kind, string Commands)
{
    public const string Reading = "sh lab";
    public const string OnOther = "sh lab change other";

    private static readonly string Folder = Path.Combine(Repo.Root, "docs", "runbooks");

    public static IEnumerable<string> Pages =>
        Directory.GetFiles(Folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);

    public static ImmutableArray<RunbookBlock> Of(string page) =>
    [
        .. Fenced().Matches(File.ReadAllText(Path.Combine(Folder, page + ".md")))
            .Select(match => new RunbookBlock(match.Groups[1].Value, match.Groups[2].Value)),
    ];

    [GeneratedRegex("^```(sh lab[^\n]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
