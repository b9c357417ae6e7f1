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

    private readonly FileExaminer _examiner = new(files);
    private readonly FilePatterns _patterns = new(files, disk);

    public async Task<(ImmutableArray<FileReading> Files, LeftOut LeftOut)> ReadAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        var found = await _patterns.ExpandAsync(expected, cancellationToken);
        ImmutableArray<ExpectedFile> chosen = [.. found.Files.Take(MaxFiles)];
        var readings = await ExamineAsync(chosen, MaxCertificates, cancellationToken);
        if (readings.Any(reading => reading.MayBeHalfWritten) && !cancellationToken.IsCancellationRequested)
            readings = await RetryAsync(chosen, readings, cancellationToken);
        var paths = readings.Select(reading => reading.Path).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<FileReading> all =
        [
            .. readings.Where(reading => !reading.HasNoCertificates).Select(reading => Own(reading, paths)),
            .. found.Unreadable,
        ];
        return (all, new(found.Files.Length - chosen.Length + found.Skipped, all.Sum(file => file.LeftOut)));
    }

    /// <param name="maxCertificates">Maximum number of certificates of all files; further ones are not
    /// parsed.</param>
    private async Task<ImmutableArray<FileReading>> ExamineAsync(
        ImmutableArray<ExpectedFile> expected, int maxCertificates, CancellationToken cancellationToken)
    {
        // One path may have two names: then it counts as two files.
        var byKey = expected.ToDictionary(Key, StringComparer.Ordinal);
        var count = 0;
        return await disk.RunAsync(
            [.. expected.Select(Key)],
            key =>
            {
                var reading = Examine(byKey[key], maxCertificates - Volatile.Read(ref count));
                Interlocked.Add(ref count, reading.Certificates.Length);
                return reading;
            },
            key => cancellationToken.IsCancellationRequested
                ? FileExaminer.OutOfTime(byKey[key])
                : FileExaminer.Hanging(byKey[key]),
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
    private FileReading Examine(ExpectedFile expected, int maxCertificates)
    {
        try
        {
            return _examiner.Examine(expected, maxCertificates);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return FileExaminer.Blank(expected) with
            {
                Problems = [new(
                    LoadProblem.Unreadable, $"Cannot read {expected.Path} ({e.GetType().Name}): {e.Message}")],
            };
        }
    }

    private async Task<ImmutableArray<FileReading>> RetryAsync(
        ImmutableArray<ExpectedFile> expected, ImmutableArray<FileReading> first, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(PauseBeforeRetry, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return first;
        }
        var retried = Enumerable.Range(0, first.Length).Where(at => first[at].MayBeHalfWritten).ToArray();
        var kept = first.Where(reading => !reading.MayBeHalfWritten).Sum(reading => reading.Certificates.Length);
        var second = await ExamineAsync(
            [.. retried.Select(at => expected[at])], MaxCertificates - kept, cancellationToken);
        var all = first.ToBuilder();
        for (var n = 0; n < retried.Length; n++)
            all[retried[n]] = second[n];
        return all.MoveToImmutable();
    }
}
