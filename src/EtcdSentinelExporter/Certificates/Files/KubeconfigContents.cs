using System.Collections.Immutable;
using System.Security.Cryptography;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The certificates of a kubeconfig: first those of users, then the CAs of clusters.</summary>
/// <param name="files">Where files that it names are.</param>
/// <param name="path">Its own.</param>
/// <param name="room">For all of them together: a YAML alias could name one bundle a thousand times.</param>
/// <param name="problems">What is wrong is said here.</param>
internal sealed class KubeconfigContents(
    HostFiles files, string path, CertificateBudget room, ICollection<LoadProblem> problems)
{
    // Without aliases, what is embedded in a kubeconfig of a mebibyte takes less than one.
    private const int MaxBytes = 4 * FileExaminer.MaxFileBytes;

    private readonly ImmutableArray<FileCertificate>.Builder _all = ImmutableArray.CreateBuilder<FileCertificate>();
    private int _index;
    private int _bytes;
    private bool _isOverfull;

    /// <summary>None from what is no kubeconfig, which is then said.</summary>
    public FileContents Read(byte[] bytes)
    {
        try
        {
            var config = Kubeconfig.Parse(HostFiles.Decode(bytes), FolderOf(path));
            foreach (var part in config.Clients)
                Add(part, CertificateReading.Leaf);
            foreach (var part in config.Authorities)
                Add(part, CertificateReading.Chain);
        }
        catch (FormatException e)
        {
            problems.Add(new(LoadProblem.Malformed, $"{path}: {e.Message}"));
        }
        return new(_all.ToImmutable());
    }

    private void Add(PemPart part, string kindOfFirst)
    {
        if (room.IsFull || _bytes > MaxBytes)
        {
            SayOverfull();
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
            var read = CertificateFile.ReadWhatIsWhole(part.Path ?? path, bytes, room, problems);
            _all.AddRange(read.Loaded.Select(one =>
                FileCertificate.Of(one.Index == 0 ? kindOfFirst : CertificateReading.Chain, one, _index)));
            _index += Math.Max(1, read.Blocks);
        }
        finally
        {
            // The file referred to may hold a key, as kubelet's does.
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private void SayOverfull()
    {
        if (_isOverfull)
            return;
        _isOverfull = true;
        problems.Add(new(LoadProblem.TooMany,
            $"{path}: it leads to more than {CertificateFile.MaxCertificates} certificates, or "
            + $"{MaxBytes} bytes of them; "
            + "the rest is not read. Split the file."));
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
                ? new(LoadProblem.ReferenceMissing, $"{path} names {reference}, which does not exist; correct it.")
                : new(
                    e is UnauthorizedAccessException ? LoadProblem.Forbidden : LoadProblem.Unreadable,
                    $"{path} names {reference}: {e.Message}"));
            return null;
        }
    }

    // kubelet.conf may itself be a link: relative names start where the link stands, as for client-go.
    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
