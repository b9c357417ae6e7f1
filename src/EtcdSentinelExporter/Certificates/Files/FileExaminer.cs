using System.Security.Cryptography;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads one expected file and returns its certificates and problems. Blocks on the disk.</summary>
internal sealed class FileExaminer(HostFiles files, TimeProvider clock)
{
    public const int MaxFileBytes = 1 << 20;

    /// <param name="maxCertificates">Maximum number of certificates to read.</param>
    public ExaminedFile Examine(ExpectedFile expected, int maxCertificates = FileScan.MaxCertificates)
    {
        var now = clock.GetUtcNow();
        var reads = new RecordedReads(files);
        var reading = Read(expected, maxCertificates, reads);
        return new(expected, reading, reads.States, now);
    }

    /// <summary>Returns the reading of an earlier poll if no file that was read for it has changed; otherwise <see
    /// langword="null"/>.</summary>
    /// <param name="maxCertificates">Maximum number of certificates to read.</param>
    public ExaminedFile? Unchanged(ExaminedFile before, ExpectedFile expected, int maxCertificates)
    {
        try
        {
            return before.IsValidFor(expected, maxCertificates, clock.GetUtcNow())
                && before.States.All(files.IsUnchanged)
                ? before.For(expected)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private FileReading Read(ExpectedFile expected, int maxCertificates, RecordedReads reads)
    {
        var reading = Blank(expected);
        try
        {
            var file = reads.ReadFile(expected.Path, MaxFileBytes);
            try
            {
                return Contents(
                    expected, file, new(maxCertificates),
                    reading with { IsPresent = true, ModifiedAt = file.ModifiedAt }, reads);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(file.Bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return WithPresence(expected, Unread(reading, e));
        }
    }

    // A file without read permission can still be known to exist.
    private FileReading WithPresence(ExpectedFile expected, FileReading unread) => unread switch
    {
        { IsPresent: null } when files.Exists(expected.Path) => unread with { IsPresent = true },
        { IsPresent: false } when expected.Path.Contains('\uFFFD', StringComparison.Ordinal) => unread with
        {
            IsPresent = true,
            Problems = [new(
                LoadProblem.Unreadable, $"Cannot open {expected.Path}: its name is not UTF-8; rename it.")],
        },
        // A container sees only the folders that are mounted into it.
        { IsPresent: false, IsRequired: true } when !files.IsFolder(FolderOf(expected.Path)) => unread with
        {
            IsPresent = null,
            Problems = [new(
                LoadProblem.NoFolder,
                $"Cannot find {expected.Path}: its folder does not exist. Mount it into the exporter's container, or "
                + "restore it.")],
        },
        { IsPresent: true } when expected.IsFromPattern && files.IsFolder(expected.Path) =>
            unread with { HasNoCertificates = true },
        _ => unread,
    };

    private static string FolderOf(string path) => path[..Math.Max(1, path.LastIndexOf('/'))];

    /// <summary>A reading before the file is read.</summary>
    public static FileReading Blank(ExpectedFile expected) => new(expected.Name, expected.Path)
    {
        IsRequired = expected.IsRequired,
        ReadAtStartBy = expected.ReadAtStartBy,
    };

    public static FileReading Hanging(ExpectedFile expected) => Blank(expected) with
    {
        Problems = [new(LoadProblem.Hangs,
            $"Cannot read {expected.Path}: the disk does not respond. Check the kernel log (dmesg).")],
    };

    public static FileReading OutOfTime(ExpectedFile expected) => Blank(expected) with
    {
        Problems = [new(LoadProblem.OutOfTime,
            $"{expected.Path} was not read: the poll timed out before. Configure fewer files, or poll less often.")],
    };

    /// <summary>The reading of a file, or of a pattern's folder, that cannot be read.</summary>
    public static FileReading Unread(FileReading reading, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException when !reading.IsRequired =>
            reading with { IsPresent = false },
        FileNotFoundException or DirectoryNotFoundException =>
            reading with { IsPresent = false, Problems = [new(LoadProblem.Missing, e.Message)] },
        UnauthorizedAccessException => reading with { Problems = [new(LoadProblem.Forbidden, e.Message)] },
        FileRefusedException refused => reading with
        {
            IsPresent = true,
            Problems = [new(refused.Reason, e.Message)],
        },
        _ => reading with { Problems = [new(LoadProblem.Unreadable, e.Message)] },
    };

    private static FileReading Contents(
        ExpectedFile expected, HostFile file, CertificateBudget budget, FileReading reading, RecordedReads reads)
    {
        var problems = ImmutableArray.CreateBuilder<LoadProblem>();
        var checks = new LeafChecks(reads);
        using var contents = IsKubeconfig(expected)
            ? new KubeconfigContents(reads, expected.Path, budget, problems).Read(file.Bytes)
            : PemContents.Read(expected, file.Bytes, budget, problems);
        if (!IsKubeconfig(expected) && !contents.IsBundle && contents.Leaf is { } leaf)
            checks.CheckKey(expected.Path, leaf, file.Bytes, problems);
        var read = reading with
        {
            Certificates = contents.Facts(),
            Problems = problems.ToImmutable(),
            LeftOut = budget.LeftOut,
            HasNoCertificates = expected.IsFromPattern && contents.All.IsEmpty
                && CertificateFile.HoldsOnlyKeys(file.Bytes),
        };
        return contents.Leaf is { } own && expected.CaFile is { } ca
            ? checks.CheckIssuer(ca, own, contents.Chain, read)
            : read;
    }

    private static bool IsKubeconfig(ExpectedFile expected) => Verify.IsKubeconfig(expected.Path, expected.Role);
}
