using System.IO.Enumeration;

namespace EtcdSentinelExporter.Host;

/// <summary>Expands paths with <c>*</c> and <c>?</c>, which match parts of a name but never a slash.</summary>
internal static class PathPattern
{
    // A pattern with many stars could otherwise walk a whole disk.
    private const int MaxFolders = 1_000;

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Returns the existing paths that match, in ordinal order, including broken links; empty if a folder of
    /// the pattern does not exist.</summary>
    /// <remarks>Names with a leading dot match only a pattern with one: otherwise <c>..data</c> would list every file
    /// of a mounted secret twice. Listed entries are not checked one by one, because there may be a hundred
    /// thousand.</remarks>
    /// <exception cref="UnauthorizedAccessException">No permission to list a folder.</exception>
    /// <exception cref="IOException">A disk error, or a link loop.</exception>
    public static PathHits Expand(HostFiles files, string pattern)
    {
        ImmutableArray<string> found = [""];
        var (isListed, skipped) = (false, 0);
        foreach (var step in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            isListed = IsPattern(step);
            if (isListed)
            {
                skipped += Math.Max(0, found.Length - MaxFolders);
                found = [.. found.Take(MaxFolders).SelectMany(folder => files.List(folder.Length == 0 ? "/" : folder))
                    .Where(path => Matches(step, Path.GetFileName(path)))];
            }
            else
            {
                found = [.. found.Select(folder => $"{folder}/{step}")];
            }
        }
        if (isListed)
            return new(found, skipped);
        skipped += Math.Max(0, found.Length - MaxFolders);
        return new([.. found.Take(MaxFolders).Where(path => Exists(files, path))], skipped);
    }

    private static bool Exists(HostFiles files, string path)
    {
        try
        {
            return files.Exists(path) || files.IsLink(path);
        }
        // The pattern matched something that is not a usable folder.
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>True if a name, one step of a path, matches one step of a pattern.</summary>
    public static bool Matches(string pattern, string name) =>
        name.Length > 0 && (name[0] != '.' || pattern[0] == '.')
            && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}

/// <param name="Paths">Paths that match.</param>
/// <param name="Skipped">Number of folders and files that were skipped, because there are too many.</param>
internal readonly record struct PathHits(ImmutableArray<string> Paths, int Skipped);
