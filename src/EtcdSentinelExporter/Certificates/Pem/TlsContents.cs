using System.Security.Cryptography;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Contents of the files of a TLS identity. Disposing wipes the key.</summary>
internal sealed class TlsContents(byte[]? ca, byte[]? cert, byte[]? key) : IDisposable
{
    public byte[]? Ca { get; } = ca;

    public byte[]? Cert { get; } = cert;

    public byte[]? Key { get; } = key;

    /// <summary>Reads the configured files; adds a problem and returns <see langword="null"/> if one cannot be
    /// read.</summary>
    public static TlsContents? Read(TlsFiles files, Func<string, byte[]> read, ICollection<LoadProblem> problems)
    {
        if (files.Cert is null != files.Key is null)
        {
            problems.Add(new(
                LoadProblem.Missing, "A client certificate needs its key, and a key its certificate: set both files."));
            return null;
        }
        var before = problems.Count;
        var contents = new TlsContents(
            TryRead(files.Ca, read, problems), TryRead(files.Cert, read, problems), TryRead(files.Key, read, problems));
        if (problems.Count == before)
            return contents;
        contents.Dispose();
        return null;
    }

    /// <summary>Computes a SHA-256 hash over all files.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<byte[]?>)[Ca, Cert, Key])
        {
            hash.AppendData(BitConverter.GetBytes(part?.Length ?? -1));
            hash.AppendData(part ?? []);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Key);

    private static byte[]? TryRead(string? path, Func<string, byte[]> read, ICollection<LoadProblem> problems)
    {
        if (path is null)
            return null;
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var named = e.Message.Contains(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}";
            problems.Add(new(Reason(e), named));
            return null;
        }
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => LoadProblem.Missing,
        UnauthorizedAccessException => LoadProblem.Forbidden,
        _ => LoadProblem.Unreadable,
    };
}
