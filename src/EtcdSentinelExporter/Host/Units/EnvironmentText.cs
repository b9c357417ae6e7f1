using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Host.Units;

/// <summary>Parses assignments as systemd does in <c>Environment=</c> and in the files of
/// <c>EnvironmentFile=</c>.</summary>
internal static class EnvironmentText
{
    /// <summary>Parses one assignment per line; <c>#</c> and <c>;</c> begin comments; quotes are removed; nothing is
    /// expanded.</summary>
    public static ImmutableDictionary<string, string?> ParseFile(string text) =>
        From(UnitText.LogicalLines(text).Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (parts[0].TrimEnd(), Unquote(parts[1].Trim()))));

    /// <summary>Parses several assignments per line, separated by blanks outside of quotes.</summary>
    public static ImmutableDictionary<string, string?> ParseAssignments(params IEnumerable<string> lines) =>
        From(lines.SelectMany(line => ShellWords.Split(line)).Select(word => word.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (parts[0], parts[1])));

    private static ImmutableDictionary<string, string?> From(IEnumerable<(string Name, string Value)> pairs) =>
        ImmutableDictionary<string, string?>.Empty.WithComparers(StringComparer.Ordinal)
            .SetItems(pairs.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)));

    // Unquoted blanks are part of the value here.
    private static string Unquote(string value) =>
        value is ['"' or '\'', ..] ? ShellWords.Split(value).FirstOrDefault("") : value;
}
