using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads one expected file, and says what is in it or what is wrong. Blocks on the disk.</summary>
/// <remarks>Nothing is remembered: a link that is swapped may leave time and size of a file as they were. Key bytes are
/// wiped as soon as they were compared.</remarks>
internal sealed class FileExaminer(HostFiles files)
{
    public const int MaxFileBytes = 1 << 20;

    /// <param name="room">How many certificates may be kept.</param>
    public FileReading Look(ExpectedFile expected, int room = FileSweep.MaxCertificates)
    {
        var reading = Blank(expected);
        try
        {
            var file = files.ReadFile(expected.Path, MaxFileBytes);
            try
            {
                return Contents(
                    expected, file, new(room), reading with { IsPresent = true, ModifiedAt = file.ModifiedAt });
            }
            finally
            {
                CryptographicOperations.ZeroMemory(file.Bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unseen(expected, Unread(reading, e));
        }
    }

    // A file that may not be read can still be seen.
    private FileReading Unseen(ExpectedFile expected, FileReading unread) => unread switch
    {
        { IsPresent: null } when files.Exists(expected.Path) => unread with { IsPresent = true },
        { IsPresent: false } when expected.Path.Contains('\uFFFD', StringComparison.Ordinal) => unread with
        {
            IsPresent = true,
            Problems = [new(
                LoadProblem.Unreadable, $"{expected.Path} cannot be opened: its name is not UTF-8; rename it.")],
        },
        { IsPresent: true } when expected.IsFromPattern && files.IsFolder(expected.Path) =>
            unread with { HasNoCertificates = true },
        _ => unread,
    };

    /// <summary>A file that nothing is known about.</summary>
    public static FileReading Blank(ExpectedFile expected) => new(expected.Name, expected.Path)
    {
        IsRequired = expected.IsRequired,
        ReadAtStartBy = expected.ReadAtStartBy,
    };

    public static FileReading Hanging(ExpectedFile expected) => Blank(expected) with
    {
        Problems = [new(LoadProblem.Hangs,
            $"{expected.Path} cannot be read: the disk does not answer. Look at the kernel's log (dmesg).")],
    };

    public static FileReading OutOfTime(ExpectedFile expected) => Blank(expected) with
    {
        Problems = [new(LoadProblem.OutOfTime,
            $"{expected.Path} was not read: the poll's time was up before its turn. Name fewer files, "
            + "or poll less often.")],
    };

    /// <summary>A file, or the folder that a pattern leads to, that cannot be read.</summary>
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

    private FileReading Contents(ExpectedFile expected, HostFile file, CertificateBudget room, FileReading reading)
    {
        var problems = ImmutableArray.CreateBuilder<LoadProblem>();
        using var contents = IsKubeconfig(expected)
            ? new KubeconfigContents(files, expected.Path, room, problems).Read(file.Bytes)
            : PemContents.Read(expected, file.Bytes, room, problems);
        if (!IsKubeconfig(expected) && contents.Leaf is { } leaf)
            CheckKey(expected.Path, leaf, file.Bytes, problems);
        var read = reading with
        {
            Certificates = contents.Facts(),
            Problems = problems.ToImmutable(),
            LeftOut = room.LeftOut,
            HasNoCertificates = expected.IsFromPattern && contents.All.IsEmpty
                && CertificateFile.HoldsOnlyKeys(file.Bytes),
        };
        return contents.Leaf is { } own && expected.CaFile is { } ca
            ? HeldAgainst(ca, own, contents.AfterLeaf, read)
            : read;
    }

    private static bool IsKubeconfig(ExpectedFile expected) => Verify.IsKubeconfig(expected.Path, expected.Role);

    private FileReading HeldAgainst(
        string caFile, X509Certificate2 leaf, IEnumerable<X509Certificate2> afterLeaf, FileReading reading)
    {
        ImmutableArray<PemCertificate> authorities = [];
        var problems = new List<LoadProblem>();
        try
        {
            authorities = CertificateFile.ReadWhatIsWhole(
                caFile, files.Read(caFile, MaxFileBytes), new(CertificateFile.MaxCertificates), problems).Loaded;
            return reading with
            {
                IsAuthorityDoubtful = problems.Count > 0,
                IssuedBy = !authorities.IsEmpty
                    && Issuance.Verifies(leaf, afterLeaf, [.. authorities.Select(one => one.Certificate)]) is { } holds
                        ? (caFile, holds)
                        : null,
            };
        }
        // The CA file has its own series, which say so.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return reading;
        }
        finally
        {
            foreach (var authority in authorities)
                authority.Dispose();
        }
    }

    private void CheckKey(
        string path, X509Certificate2 leaf, byte[] bytes, ImmutableArray<LoadProblem>.Builder problems)
    {
        var beside = KeyBeside(path);
        if (PrivateKeyFile.IsForAnother(leaf, path, bytes) || (beside is not null && IsForAnother(leaf, beside)))
        {
            problems.Add(new(LoadProblem.KeyMismatch,
                $"{path}: the key {(beside is null ? "in it" : "beside it")} does not belong to the certificate; "
                + "renew both together."));
        }
    }

    private bool IsForAnother(X509Certificate2 leaf, string keyFile)
    {
        try
        {
            var bytes = files.Read(keyFile, MaxFileBytes);
            try
            {
                return PrivateKeyFile.IsForAnother(leaf, keyFile, bytes);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        // Most keys are root's alone, and not ours to ask for.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? KeyBeside(string path) => Path.GetExtension(path) switch
    {
        ".crt" => path[..^".crt".Length] + ".key",
        ".pem" => path[..^".pem".Length] + "-key.pem",
        _ => null,
    };
}
