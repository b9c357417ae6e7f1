using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads all expected files of a plan, without a disk that hangs holding up the rest.</summary>
internal sealed class FileSweep(HostFiles files, FileSweeper disk, TimeProvider clock)
{
    /// <summary>So many files are read in a poll: a pattern that matches a whole disk must not cost one.</summary>
    public const int MaxFiles = 1_000;

    /// <summary>So many certificates are read and shown: each is four series.</summary>
    public const int MaxCertificates = 2_000;

    // kubeadm rewrites files in place, so a reader can meet the first half of one. All are given the same pause.
    private static readonly TimeSpan PauseBeforeSecondLook = TimeSpan.FromMilliseconds(50);

    private readonly FileExaminer _examiner = new(files);
    private readonly FilePatterns _patterns = new(files, disk);

    public async Task<(ImmutableArray<FileReading> Files, LeftOut LeftOut)> ReadAsync(
        ImmutableArray<ExpectedFile> expected, CancellationToken cancellationToken)
    {
        var found = await _patterns.ExpandAsync(expected, cancellationToken);
        ImmutableArray<ExpectedFile> chosen = [.. found.Files.Take(MaxFiles)];
        var looks = await LookAsync(chosen, MaxCertificates, cancellationToken);
        if (looks.Any(look => look.MayBeHalfWritten) && !cancellationToken.IsCancellationRequested)
            looks = await LookAgainAsync(chosen, looks, cancellationToken);
        ImmutableArray<FileReading> all = [.. looks.Where(look => !look.HasNoCertificates), .. found.Unreadable];
        return (all, new(found.Files.Length - chosen.Length + found.Skipped, all.Sum(file => file.LeftOut)));
    }

    /// <param name="room">How many certificates may be kept; what is beyond is not even parsed.</param>
    private async Task<ImmutableArray<FileReading>> LookAsync(
        ImmutableArray<ExpectedFile> expected, int room, CancellationToken cancellationToken)
    {
        // Two names may lead to one path: each is a file of its own.
        var byKey = expected.ToDictionary(Key, StringComparer.Ordinal);
        var held = 0;
        return await disk.RunAsync(
            [.. expected.Select(Key)],
            key =>
            {
                var reading = Examine(byKey[key], room - Volatile.Read(ref held));
                Interlocked.Add(ref held, reading.Certificates.Length);
                return reading;
            },
            key => cancellationToken.IsCancellationRequested
                ? FileExaminer.OutOfTime(byKey[key])
                : FileExaminer.Hanging(byKey[key]),
            cancellationToken);
    }

    private static string Key(ExpectedFile file) => $"{file.Path}\0{file.Name}";

    // What nobody thought of costs the file in which it is, and no other.
    private FileReading Examine(ExpectedFile expected, int room)
    {
        try
        {
            return _examiner.Look(expected, room);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return FileExaminer.Blank(expected) with
            {
                Problems = [new(
                    LoadProblem.Unreadable, $"{expected.Path} cannot be read ({e.GetType().Name}): {e.Message}")],
            };
        }
    }

    private async Task<ImmutableArray<FileReading>> LookAgainAsync(
        ImmutableArray<ExpectedFile> expected, ImmutableArray<FileReading> looks, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(PauseBeforeSecondLook, clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return looks;
        }
        var doubtful = Enumerable.Range(0, looks.Length).Where(at => looks[at].MayBeHalfWritten).ToArray();
        var held = looks.Where(look => !look.MayBeHalfWritten).Sum(look => look.Certificates.Length);
        var second = await LookAsync(
            [.. doubtful.Select(at => expected[at])], MaxCertificates - held, cancellationToken);
        var all = looks.ToBuilder();
        for (var n = 0; n < doubtful.Length; n++)
            all[doubtful[n]] = second[n];
        return all.MoveToImmutable();
    }
}
