using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads all expected files of a plan. A hung disk affects only the files on it.</summary>
internal sealed class FileScan(HostFiles files, FileSweeper disk, TimeProvider clock)
{
    /// <summary>Maximum number of files per poll. It limits the work if a pattern matches a whole disk.</summary>
    public const int MaxFiles = 1_000;

    /// <summary>Maximum number of certificates per poll. Each one has four series.</summary>
    public const int MaxCertificates = 2_000;

    // kubeadm rewrites files in place, so half of a file may be read. One pause serves all files that are read again.
    private static readonly TimeSpan PauseBeforeRetry = TimeSpan.FromMilliseconds(50);

    private readonly FileExaminer _examiner = new(files, clock);
    private readonly FilePatterns _patterns = new(files, disk);

    /// <param name="before">Files of the previous poll. Those that have not changed are not read again.</param>
    public async Task<FileScanResult> ReadAsync(
        ImmutableArray<ExpectedFile> expected, ImmutableArray<ExaminedFile> before, CancellationToken cancellationToken)
    {
        var found = await _patterns.ExpandAsync(expected, cancellationToken);
        ImmutableArray<ExpectedFile> chosen = [.. found.Files.Take(MaxFiles)];
        var known = before.ToDictionary(file => Key(file.Expected), StringComparer.Ordinal);
        var examined = await ExamineAsync(chosen, known, MaxCertificates, cancellationToken);
        if (examined.Any(file => file.Reading.MayBeHalfWritten) && !cancellationToken.IsCancellationRequested)
            examined = await RetryAsync(examined, cancellationToken);
        var paths = examined.Select(file => file.Reading.Path).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<FileReading> all =
        [
            .. examined.Select(file => file.Reading).Where(reading => !reading.HasNoCertificates)
                .Select(reading => Own(reading, paths)),
            .. found.Unreadable,
        ];
        return new(
            all, new(found.Files.Length - chosen.Length + found.Skipped, all.Sum(file => file.LeftOut)), examined);
    }

    /// <param name="before">Files of the previous poll, by their keys.</param>
    /// <param name="maxCertificates">Maximum number of certificates of all files; further ones are not
    /// parsed.</param>
    private async Task<ImmutableArray<ExaminedFile>> ExamineAsync(
        ImmutableArray<ExpectedFile> expected, Dictionary<string, ExaminedFile> before, int maxCertificates,
        CancellationToken cancellationToken)
    {
        // One path may have two names: then it counts as two files.
        ImmutableArray<string> keys = [.. expected.Select(Key)];
        var byKey = keys.Zip(expected).ToDictionary(StringComparer.Ordinal);
        var count = 0;
        return await disk.RunAsync(
            keys,
            key =>
            {
                var file = Examine(
                    byKey[key], before.GetValueOrDefault(key), maxCertificates - Volatile.Read(ref count));
                Interlocked.Add(ref count, file.Reading.Certificates.Length);
                return file;
            },
            key => ExaminedFile.Once(byKey[key], cancellationToken.IsCancellationRequested
                ? FileExaminer.OutOfTime(byKey[key])
                : FileExaminer.Hanging(byKey[key])),
            cancellationToken);
    }

    // A certificate that a kubeconfig references has its own series: it must not have two alerts.
    private static FileReading Own(FileReading reading, HashSet<string> paths) => reading with
    {
        Certificates = reading.Certificates.RemoveAll(certificate =>
            certificate.Reference is { } reference && paths.Contains(reference)),
    };

    private static string Key(ExpectedFile file) => $"{file.Path}\0{file.Name}";

    // An unexpected exception affects only the file that causes it.
    private ExaminedFile Examine(ExpectedFile expected, ExaminedFile? before, int maxCertificates)
    {
        try
        {
            return (before is null ? null : _examiner.Unchanged(before, expected, maxCertificates))
                ?? _examiner.Examine(expected, maxCertificates);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ExaminedFile.Once(expected, FileExaminer.Blank(expected) with
            {
                Problems = [new(
                    LoadProblem.Unreadable, $"Cannot read {expected.Path} ({e.GetType().Name}): {e.Message}")],
            });
        }
    }

    private async Task<ImmutableArray<ExaminedFile>> RetryAsync(
        ImmutableArray<ExaminedFile> first, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(PauseBeforeRetry, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return first;
        }
        var retried = Enumerable.Range(0, first.Length).Where(at => first[at].Reading.MayBeHalfWritten).ToArray();
        var kept = first.Where(file => !file.Reading.MayBeHalfWritten).Sum(file => file.Reading.Certificates.Length);
        var second = await ExamineAsync(
            [.. retried.Select(at => first[at].Expected)], before: [], MaxCertificates - kept, cancellationToken);
        var all = first.ToBuilder();
        for (var n = 0; n < retried.Length; n++)
            all[retried[n]] = second[n];
        return all.MoveToImmutable();
    }
}

/// <param name="Files">One per expected file, and one per pattern that matches nothing or cannot be expanded.</param>
/// <param name="LeftOut">Numbers of files and certificates skipped because of a limit.</param>
/// <param name="Examined">What the next poll needs to decide which files have changed.</param>
internal sealed record FileScanResult(
    ImmutableArray<FileReading> Files, LeftOut LeftOut, ImmutableArray<ExaminedFile> Examined);
