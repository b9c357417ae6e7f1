using System.Collections.Immutable;
using System.IO.Enumeration;

namespace EtcdSentinelExporter.Node;

/// <summary>A path in which <c>*</c> and <c>?</c> stand for parts of a name, never for a slash.</summary>
internal static class PathPattern
{
    // Folders may match too: a pattern of many stars could otherwise walk a whole disk.
    private const int MostFolders = 1_000;

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>What exists and matches, in ordinal order; none when a folder on the way does not exist.</summary>
    /// <remarks>Names with a leading dot match only a pattern that has one: <c>..data</c> and its like would show
    /// every mounted file twice.</remarks>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    /// <exception cref="IOException">A disk error, or links in a circle.</exception>
    public static ImmutableArray<string> Expand(HostFiles files, string pattern)
    {
        IEnumerable<string> found = [""];
        foreach (var step in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = IsPattern(step)
                ? [.. found.Take(MostFolders).SelectMany(folder => files.List(folder.Length == 0 ? "/" : folder))
                    .Where(path => Matches(step, Path.GetFileName(path)))]
                : [.. found.Select(folder => $"{folder}/{step}")];
        }
        return [.. found.Where(files.Exists)];
    }

    private static bool Matches(string pattern, string name) =>
        (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
