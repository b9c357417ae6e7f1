using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>The certificates of a kubeconfig: first those of users, then the CAs of clusters.</summary>
internal sealed class KubeconfigContents(HostFiles files, string path, ICollection<LoadProblem> problems)
{
    /// <summary>None from what is no kubeconfig, which is then said.</summary>
    public FileContents Read(byte[] bytes)
    {
        try
        {
            var config = Kubeconfig.Parse(HostFiles.Decode(bytes), FolderOf(path));
            var users = config.Clients.Select(part => Certificates(part)).ToImmutableArray();
            var clusters = config.Authorities.SelectMany(part => Certificates(part)).ToImmutableArray();
            return new(
                [.. users.SelectMany(user => user), .. clusters],
                [.. users.SelectMany(user => user.Select(
                        (_, at) => at == 0 ? CertificateReading.Leaf : CertificateReading.Chain)),
                    .. clusters.Select(_ => CertificateReading.Chain)]);
        }
        catch (FormatException e)
        {
            problems.Add(new(LoadProblem.Malformed, $"{path}: {e.Message}"));
            return new([], []);
        }
    }

    private ImmutableArray<X509Certificate2> Certificates(PemPart part)
    {
        var bytes = part.Bytes ?? Referenced(part.Path!);
        try
        {
            return bytes is null ? [] : CertificateFile.ReadWhatIsWhole(part.Path ?? path, bytes, problems);
        }
        finally
        {
            // The file referred to may hold a key, as kubelet's does.
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private byte[]? Referenced(string reference)
    {
        try
        {
            return files.Read(reference, FileExaminer.LargestFile);
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
