using System.Security.Cryptography;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads the certificates of a kubeconfig: first those of users, then the CAs of clusters.</summary>
/// <param name="files">Reads the files that the kubeconfig references.</param>
/// <param name="path">Host path of the kubeconfig.</param>
/// <param name="budget">Limit for all certificates together: YAML aliases could repeat one bundle a thousand
/// times.</param>
/// <param name="problems">Receives problems.</param>
internal sealed class KubeconfigContents(
    RecordedReads files, string path, CertificateBudget budget, ICollection<LoadProblem> problems)
{
    // Without aliases, the embedded data of a kubeconfig of 1 MiB is smaller than 1 MiB.
    private const int MaxBytes = 4 * FileExaminer.MaxFileBytes;

    private readonly ImmutableArray<FileCertificate>.Builder _all = ImmutableArray.CreateBuilder<FileCertificate>();
    private int _index;
    private int _bytes;
    private bool _isLimitReported;

    /// <summary>Parses a kubeconfig. If it is invalid, adds a problem and returns no certificates.</summary>
    public FileContents Read(byte[] bytes)
    {
        try
        {
            var config = Kubeconfig.Parse(HostFiles.Decode(bytes), FolderOf(path));
            foreach (var part in config.Clients)
                Add(part, all => CertificateKinds.Of(FileRole.Leaf, all));
            foreach (var part in config.Authorities)
                Add(part, all => all.Select(_ => CertificateReading.Chain));
        }
        catch (FormatException e)
        {
            problems.Add(new(LoadProblem.Malformed, $"{path}: {e.Message}"));
        }
        return new(_all.ToImmutable());
    }

    private void Add(PemPart part, Func<ImmutableArray<PemCertificate>, IEnumerable<string>> kinds)
    {
        if (budget.IsFull || _bytes > MaxBytes)
        {
            ReportLimit();
            return;
        }
        if (Bytes(part) is not { } bytes)
        {
            _index++;
            return;
        }
        try
        {
            _bytes += bytes.Length;
            var read = CertificateFile.ReadIntact(part.Path ?? path, bytes, budget, problems);
            _all.AddRange(read.Loaded.Zip(kinds(read.Loaded), (pem, kind) => new FileCertificate(
                new(kind, _index + pem.Index, pem.Details) { Reference = part.Path }, pem.Certificate)));
            _index += Math.Max(1, read.Blocks);
        }
        finally
        {
            // The referenced file may contain a key, as kubelet's does.
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private void ReportLimit()
    {
        if (_isLimitReported)
            return;
        _isLimitReported = true;
        problems.Add(new(LoadProblem.TooMany,
            $"{path}: more than {CertificateFile.MaxCertificates} certificates, or {MaxBytes} bytes, in or referenced "
            + "by the file; the rest is not read. Split the file."));
    }

    private byte[]? Bytes(PemPart part)
    {
        try
        {
            return part.Path is { } reference ? Referenced(reference) : part.Decode();
        }
        catch (FormatException e)
        {
            problems.Add(new(LoadProblem.Malformed, $"{path}: {e.Message}"));
            return null;
        }
    }

    private byte[]? Referenced(string reference)
    {
        try
        {
            return files.Read(reference, FileExaminer.MaxFileBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(e is FileNotFoundException
                ? new(LoadProblem.ReferenceMissing,
                    $"{path} references {reference}, which does not exist; correct the path.")
                : new(
                    e is UnauthorizedAccessException ? LoadProblem.Forbidden : LoadProblem.Unreadable,
                    $"{path} references {reference}: {e.Message}"));
            return null;
        }
    }

    // If kubelet.conf is a link, relative paths start at the folder of the link, as in client-go.
    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
