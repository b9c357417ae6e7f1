using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Numbers of files and certificates skipped because of a limit.</summary>
/// <param name="Files">Files over the limit <see cref="FileScan.MaxFiles"/>, and files and folders that patterns
/// skipped.</param>
/// <param name="Certificates">Certificates over the limit <see cref="FileScan.MaxCertificates"/>.</param>
internal readonly record struct LeftOut(int Files, int Certificates);

/// <summary>The certificates and problems of one file.</summary>
internal sealed record FileReading(string Name, string Path)
{
    public bool IsRequired { get; init; }

    /// <summary>True if the file exists; <see langword="null"/> if the folder cannot be read.</summary>
    public bool? IsPresent { get; init; }

    /// <summary>Time of the last change, for a link of its target; <see langword="null"/> if the file was not
    /// read.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Certificates in the order of the file; empty if none could be read.</summary>
    public ImmutableArray<CertificateReading> Certificates { get; init; } = [];

    /// <summary>Empty if the whole file was read, and for a missing file that is not required.</summary>
    public ImmutableArray<LoadProblem> Problems { get; init; } = [];

    /// <summary>The expected CA file, with true if it issued the leaf; <see langword="null"/> if that cannot be
    /// decided.</summary>
    public (string CaFile, bool IsValid)? IssuedBy { get; init; }

    /// <summary>Hash of the CA that signed the leaf, if its CA file has several of that name; otherwise
    /// <see langword="null"/>.</summary>
    public string? SignedBy { get; init; }

    /// <summary>Components that read the file only at startup.</summary>
    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];

    public CertificateFacts? Leaf =>
        Certificates.FirstOrDefault(certificate => certificate.IsLeaf)?.Facts;

    /// <summary>Number of certificates skipped because of the limit for all files together.</summary>
    public int LeftOut { get; init; }

    /// <summary>True if a pattern matched something without certificates: a folder, or a file of keys.</summary>
    public bool HasNoCertificates { get; init; }

    /// <summary>True if the CA file could not be read completely.</summary>
    public bool IsCaFileIncomplete { get; init; }

    /// <summary>True if the whole file was read. <see langword="null"/> for a missing file that is not required, and
    /// for a file with skipped certificates.</summary>
    public bool? IsLoaded => !Problems.IsEmpty ? false : IsPresent == true && LeftOut == 0 ? true : null;

    /// <summary>True if the file, or its CA file, may have been read during a write.</summary>
    public bool MayBeHalfWritten => IsCaFileIncomplete || IssuedBy is { IsValid: false } || Problems.Any(problem =>
        problem.Reason is LoadProblem.Torn or LoadProblem.Empty or LoadProblem.Malformed or LoadProblem.NoCertificate
            or LoadProblem.KeyMismatch);
}

/// <summary>One certificate of a file.</summary>
/// <param name="Index">Position in the file, from 0.</param>
internal sealed record CertificateReading(string Kind, int Index, CertificateFacts Facts)
{
    public const string Leaf = "leaf";
    public const string Authority = "ca";

    /// <summary>A copy of an issuer, in a leaf's file or in a kubeconfig. The issuer is checked in its own
    /// file.</summary>
    public const string Chain = "chain";

    /// <summary>A CA that issued none of the node's certificates, in a file with one that did: the rest of a
    /// rotation.</summary>
    public const string UnusedAuthority = "ca_unused";

    /// <summary>The certificate that kubelet made for itself. No client verifies it.</summary>
    public const string SelfSigned = "self_signed";

    public bool IsLeaf => Kind is Leaf or SelfSigned;

    /// <summary>Host path of the file, if a kubeconfig references one; <see langword="null"/> otherwise.</summary>
    public string? Reference { get; init; }
}
