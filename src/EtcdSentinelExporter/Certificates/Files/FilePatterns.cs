using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Replaces patterns among expected files by the matching files.</summary>
internal sealed class FilePatterns(HostFiles files, FileSweeper disk)
{
    public async Task<PatternHits> ExpandAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        var patterns = expected.Where(file => PathPattern.IsPattern(file.Path)).ToImmutableArray();
        if (patterns.IsEmpty)
            return new([.. Distinct(expected)], [], Skipped: 0);
        var found = await disk.RunAsync(
            [.. patterns.Select(file => file.Path).Distinct(StringComparer.Ordinal)],
            Expand,
            path => new Expansion(path, default, cancellationToken.IsCancellationRequested
                ? new OperationCanceledException()
                : new TimeoutException()),
            cancellationToken);
        var byPath = found.ToDictionary(expansion => expansion.Pattern, StringComparer.Ordinal);
        return new(
            [.. Distinct(expected.SelectMany(
                file => byPath.TryGetValue(file.Path, out var expansion) ? expansion.Of(file) : [file]))],
            [.. patterns.Select(file => byPath[file.Path].ProblemOf(file)).OfType<FileReading>()
                .DistinctBy(file => (file.Name, file.Path))],
            found.Sum(expansion => expansion.Hits.Skipped));
    }

    // Several patterns may match one file. The first one is the most specific; a name from the user's settings is kept
    // in addition.
    private static IEnumerable<ExpectedFile> Distinct(IEnumerable<ExpectedFile> all) => all
        .DistinctBy(file => file.Role is FileRole.Unknown ? (file.Name, file.Path) : ("", file.Path))
        .DistinctBy(file => (file.Name, file.Path));

    private Expansion Expand(string pattern)
    {
        try
        {
            var hits = PathPattern.Expand(files, pattern);
            return new(pattern, hits with { Paths = [.. hits.Paths.Where(path => !IsKey(path))] }, Problem: null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(pattern, new([], 0), e);
        }
    }

    private static bool IsKey(string path) =>
        path.EndsWith(".key", StringComparison.Ordinal) || path.EndsWith("-key.pem", StringComparison.Ordinal);

    /// <param name="Problem">Why the folder cannot be read; <see langword="null"/> if it can.</param>
    private sealed record Expansion(string Pattern, PathHits Hits, Exception? Problem)
    {
        public IEnumerable<ExpectedFile> Of(ExpectedFile pattern) =>
            Problem is not null ? [] : Hits.Paths.Select(path => pattern with
            {
                Path = path,
                Name = pattern.IsFromPattern ? ConfiguredFile.NameOf(path) : pattern.Name,
            });

        // A required pattern that matches nothing counts as a missing file.
        public FileReading? ProblemOf(ExpectedFile pattern) => Problem switch
        {
            TimeoutException => FileExaminer.Hanging(pattern),
            OperationCanceledException => FileExaminer.OutOfTime(pattern),
            { } problem => FileExaminer.Unread(FileExaminer.Blank(pattern), problem),
            null when Hits.Paths.IsEmpty => FileExaminer.Unread(
                FileExaminer.Blank(pattern),
                new FileNotFoundException($"{pattern.Path} matches no file; correct the pattern")),
            null => null,
        };
    }
}

/// <param name="Files">Expected files without patterns and without duplicates.</param>
/// <param name="Unreadable">Patterns that match nothing, or whose folders cannot be read.</param>
/// <param name="Skipped">Number of files and folders skipped because of a limit.</param>
internal sealed record PatternHits(
    ImmutableArray<ExpectedFile> Files, ImmutableArray<FileReading> Unreadable, int Skipped);
