using System.Collections.Immutable;
using System.IO.Enumeration;

namespace EtcdSentinelExporter.Host;

/// <summary>A path in which <c>*</c> and <c>?</c> stand for parts of a name, never for a slash.</summary>
internal static class PathPattern
{
    // Folders may match too: a pattern of many stars could otherwise walk a whole disk.
    private const int MaxFolders = 1_000;

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>What is there and matches, in ordinal order, links that lead nowhere too; none when a folder on the way
    /// does not exist.</summary>
    /// <remarks>Names with a leading dot match only a pattern that has one: <c>..data</c> and its like would show
    /// every mounted file twice. What a folder lists is not looked at one by one: it may be a hundred thousand
    /// files.</remarks>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    /// <exception cref="IOException">A disk error, or links in a circle.</exception>
    public static PathHits Expand(HostFiles files, string pattern)
    {
        ImmutableArray<string> found = [""];
        var (isListed, passedOver) = (false, 0);
        foreach (var step in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            isListed = IsPattern(step);
            if (isListed)
            {
                passedOver += Math.Max(0, found.Length - MaxFolders);
                found = [.. found.Take(MaxFolders).SelectMany(folder => files.List(folder.Length == 0 ? "/" : folder))
                    .Where(path => Matches(step, Path.GetFileName(path)))];
            }
            else
            {
                found = [.. found.Select(folder => $"{folder}/{step}")];
            }
        }
        if (isListed)
            return new(found, passedOver);
        passedOver += Math.Max(0, found.Length - MaxFolders);
        return new([.. found.Take(MaxFolders).Where(path => IsSeen(files, path))], passedOver);
    }

    private static bool IsSeen(HostFiles files, string path)
    {
        try
        {
            return files.Exists(path) || files.IsLink(path);
        }
        // Its folder is what the pattern matched, and is no folder that anybody can enter.
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a name, which is one step of a path, matches one step of a pattern.</summary>
    public static bool Matches(string pattern, string name) =>
        name.Length > 0 && (name[0] != '.' || pattern[0] == '.')
            && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}

/// <param name="Paths">Those that match.</param>
/// <param name="Skipped">How many folders and files were not looked at, because there are too many.</param>
internal readonly record struct PathHits(ImmutableArray<string> Paths, int Skipped);
