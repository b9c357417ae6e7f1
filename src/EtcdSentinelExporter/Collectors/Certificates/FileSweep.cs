using System.Collections.Immutable;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>Reads all expected files of a plan, without a disk that hangs holding up the rest.</summary>
internal sealed class FileSweep(HostFiles files, DiskSweep disk, TimeProvider clock)
{
    // kubeadm rewrites files in place, so a reader can meet the first half of one. All are given the same pause.
    private static readonly TimeSpan PauseBeforeSecondLook = TimeSpan.FromMilliseconds(50);

    private readonly FileExaminer _examiner = new(files);

    public async Task<(ImmutableArray<FileReading> Files, LeftOut LeftOut)> ReadAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        var (all, unreadable) = await ExpandAsync(expected, cancellationToken);
        // Two patterns may find the same file.
        all = [.. all.DistinctBy(Key, StringComparer.Ordinal)];
        ImmutableArray<ExpectedFile> chosen = [.. all.Take(CertificatePlan.MostFiles)];
        var looks = await LookAsync(chosen, cancellationToken);
        if (looks.Any(look => look is { MayBeHalfWritten: true }) && !cancellationToken.IsCancellationRequested)
            looks = await LookAgainAsync(chosen, looks, cancellationToken);
        var (readings, left) = Bounded([.. looks.OfType<FileReading>(), .. unreadable]);
        return (readings, new(all.Length - chosen.Length, left));
    }

    private async Task<(ImmutableArray<ExpectedFile> All, ImmutableArray<FileReading> Unreadable)> ExpandAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        var patterns = expected.Where(file => PathPattern.IsPattern(file.Path)).ToImmutableArray();
        if (patterns.IsEmpty)
            return (expected, []);
        var found = await disk.RunAsync(
            [.. patterns.Select(file => file.Path).Distinct(StringComparer.Ordinal)],
            Expand,
            path => new Expansion(path, [], new TimeoutException()),
            cancellationToken);
        var byPath = found.ToDictionary(one => one.Pattern, StringComparer.Ordinal);
        return (
            [.. expected.SelectMany(file => byPath.TryGetValue(file.Path, out var one) ? one.Of(file) : [file])],
            [.. patterns.Select(file => byPath[file.Path].Trouble(file)).OfType<FileReading>()]);
    }

    private Expansion Expand(string pattern)
    {
        try
        {
            return new(pattern, [.. PathPattern.Expand(files, pattern).Where(path => !IsKey(path))], Problem: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(pattern, [], e);
        }
    }

    private static bool IsKey(string path) =>
        path.EndsWith(".key", StringComparison.Ordinal) || path.EndsWith("-key.pem", StringComparison.Ordinal);

    /// <returns><see langword="null"/> for what a pattern found and is no file of certificates.</returns>
    private async Task<ImmutableArray<FileReading?>> LookAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        // Two names may lead to one path: each is a file of its own.
        var byKey = expected.ToDictionary(Key, StringComparer.Ordinal);
        return await disk.RunAsync<FileReading?>(
            [.. expected.Select(Key)], key => Look(byKey[key]), key => FileExaminer.Hanging(byKey[key]), cancellationToken);
    }

    private static string Key(ExpectedFile file) => $"{file.Path}\0{file.Name}";

    private FileReading? Look(ExpectedFile expected)
    {
        var reading = Examine(expected);
        return expected.IsFromPattern && reading.Problems.Any(problem => problem.Reason
            is LoadProblem.NoCertificate or FileRefusedException.NotAFile) ? null : reading;
    }

    // What nobody thought of costs the file in which it is, and no other.
    private FileReading Examine(ExpectedFile expected)
    {
        try
        {
            return _examiner.Look(expected);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return FileExaminer.Blank(expected) with
            {
                Problems = [new(LoadProblem.Unreadable, $"{expected.Path} cannot be read ({e.GetType().Name}): {e.Message}")],
            };
        }
    }

    private async Task<ImmutableArray<FileReading?>> LookAgainAsync(
        ImmutableArray<ExpectedFile> expected, ImmutableArray<FileReading?> looks, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(PauseBeforeSecondLook, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return looks;
        }
        var doubtful = Enumerable.Range(0, looks.Length).Where(at => looks[at] is { MayBeHalfWritten: true }).ToArray();
        var second = await LookAsync([.. doubtful.Select(at => expected[at])], cancellationToken);
        var all = looks.ToBuilder();
        for (var n = 0; n < doubtful.Length; n++)
            all[doubtful[n]] = second[n];
        return all.MoveToImmutable();
    }

    private static (ImmutableArray<FileReading> Files, int LeftOut) Bounded(ImmutableArray<FileReading> files)
    {
        var (room, left) = (CertificatePlan.MostCertificates, 0);
        var bounded = files.Select(file =>
        {
            var kept = file.Certificates.Take(room).ToImmutableArray();
            room -= kept.Length;
            left += file.Certificates.Length - kept.Length;
            return kept.Length == file.Certificates.Length ? file : file with { Certificates = kept };
        }).ToImmutableArray();
        return (bounded, left);
    }

    /// <param name="Problem">Why the folder cannot be looked into; <see langword="null"/> when it can.</param>
    private sealed record Expansion(string Pattern, ImmutableArray<string> Paths, Exception? Problem)
    {
        public IEnumerable<ExpectedFile> Of(ExpectedFile pattern) => Paths.Select(path => pattern with
        {
            Path = path,
            Name = pattern.IsFromPattern ? GivenFile.NameOf(path) : pattern.Name,
            IsFromPattern = true,
        });

        // A pattern that is required and matches nothing is a file that is missing.
        public FileReading? Trouble(ExpectedFile pattern) => Problem switch
        {
            TimeoutException => FileExaminer.Hanging(pattern),
            { } problem => FileExaminer.Unread(FileExaminer.Blank(pattern), problem),
            null when Paths.IsEmpty => FileExaminer.Unread(
                FileExaminer.Blank(pattern),
                new FileNotFoundException($"{pattern.Path} matches no file; correct the pattern")),
            null => null,
        };
    }
}
