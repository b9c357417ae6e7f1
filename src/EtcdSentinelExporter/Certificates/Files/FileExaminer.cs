using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads one expected file and returns its certificates and problems. Blocks on the disk.</summary>
/// <remarks>Nothing is cached: if a link is swapped, time and size of the file may stay the same. Key bytes are wiped
/// right after the comparison.</remarks>
internal sealed class FileExaminer(HostFiles files)
{
    public const int MaxFileBytes = 1 << 20;

    /// <param name="maxCertificates">Maximum number of certificates to read.</param>
    public FileReading Examine(ExpectedFile expected, int maxCertificates = FileScan.MaxCertificates)
    {
        var reading = Blank(expected);
        try
        {
            var file = files.ReadFile(expected.Path, MaxFileBytes);
            try
            {
                return Contents(
                    expected, file, new(maxCertificates),
                    reading with { IsPresent = true, ModifiedAt = file.ModifiedAt });
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

    private FileReading Contents(ExpectedFile expected, HostFile file, CertificateBudget budget, FileReading reading)
    {
        var problems = ImmutableArray.CreateBuilder<LoadProblem>();
        using var contents = IsKubeconfig(expected)
            ? new KubeconfigContents(files, expected.Path, budget, problems).Read(file.Bytes)
            : PemContents.Read(expected, file.Bytes, budget, problems);
        if (!IsKubeconfig(expected) && !contents.IsBundle && contents.Leaf is { } leaf)
            CheckKey(expected.Path, leaf, file.Bytes, problems);
        var read = reading with
        {
            Certificates = contents.Facts(),
            Problems = problems.ToImmutable(),
            LeftOut = budget.LeftOut,
            HasNoCertificates = expected.IsFromPattern && contents.All.IsEmpty
                && CertificateFile.HoldsOnlyKeys(file.Bytes),
        };
        return contents.Leaf is { } own && expected.CaFile is { } ca
            ? CheckIssuer(ca, own, contents.Chain, read)
            : read;
    }

    private static bool IsKubeconfig(ExpectedFile expected) => Verify.IsKubeconfig(expected.Path, expected.Role);

    private FileReading CheckIssuer(
        string caFile, X509Certificate2 leaf, IEnumerable<X509Certificate2> chain, FileReading reading)
    {
        ImmutableArray<PemCertificate> authorities = [];
        var problems = new List<LoadProblem>();
        try
        {
            authorities = CertificateFile.ReadIntact(
                caFile, files.Read(caFile, MaxFileBytes), new(CertificateFile.MaxCertificates), problems).Loaded;
            return reading with
            {
                IsCaFileIncomplete = problems.Count > 0,
                SignedBy = SignerOf(leaf, reading.Leaf!, chain, authorities),
                IssuedBy = !authorities.IsEmpty
                    && Issuance.IsIssuedBy(leaf, chain, [.. authorities.Select(pem => pem.Certificate)])
                        is { } isValid
                        ? (caFile, isValid)
                        : null,
            };
        }
        // The CA file has its own series, which report the problem.
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

    // Without key identifiers, only the signature tells apart two CAs of one name. Of two with one key, the newer
    // counts.
    private static string? SignerOf(
        X509Certificate2 leaf, CertificateFacts facts, IEnumerable<X509Certificate2> chain,
        ImmutableArray<PemCertificate> authorities)
    {
        var named = authorities.Where(ca => facts.Issuer.MayBe(ca.Details.Own)).ToList();
        return named.Count < 2
            ? null
            : named.Where(ca => Issuance.IsIssuedBy(leaf, chain, [ca.Certificate]) == true)
                .MaxBy(ca => ca.Details.NotAfter)?.Details.Sha256;
    }

    private void CheckKey(
        string path, X509Certificate2 leaf, byte[] bytes, ImmutableArray<LoadProblem>.Builder problems)
    {
        var keyFile = KeyFileOf(path);
        if (PrivateKeyFile.IsMismatch(leaf, path, bytes) || (keyFile is not null && IsMismatch(leaf, keyFile)))
        {
            problems.Add(new(LoadProblem.KeyMismatch,
                $"{path}: the key in {(keyFile is null ? "the file" : "the file or its key file")} does not match the "
                + "certificate; renew both together."));
        }
    }

    private bool IsMismatch(X509Certificate2 leaf, string keyFile)
    {
        try
        {
            var bytes = files.Read(keyFile, MaxFileBytes);
            try
            {
                return PrivateKeyFile.IsMismatch(leaf, keyFile, bytes);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        // Most keys are readable only by root, so this is not a problem.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? KeyFileOf(string path) => Path.GetExtension(path) switch
    {
        ".crt" => path[..^".crt".Length] + ".key",
        ".pem" => path[..^".pem".Length] + "-key.pem",
        _ => null,
    };
}
