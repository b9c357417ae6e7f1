using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>The table of rooms in <c>docs/architecture.md</c>: room, contents, which rooms it may use.</summary>
internal static partial class RoomTable
{
    /// <returns>The rooms that each room may use. Rows of single files are left out.</returns>
    public static Dictionary<string, string[]> Parse(string page) => Row().Matches(page)
        .Where(row => !row.Groups["room"].Value.Contains(".cs", StringComparison.Ordinal))
        .ToDictionary(
            row => row.Groups["room"].Value,
            row => Name().Matches(row.Groups["uses"].Value).Select(name => name.Value).ToArray(),
            StringComparer.Ordinal);

    [GeneratedRegex(@"^\| `(?<room>[\w/.]+)/` \| [^|]* \| (?<uses>[\w/, –]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"[A-Z]\w*(/[A-Z]\w*)*")]
    private static partial Regex Name();
}
