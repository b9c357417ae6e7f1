using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>What is neither read nor shown because there is too much of it.</summary>
/// <param name="Files">Beyond <see cref="FileSweep.MaxFiles"/>.</param>
/// <param name="Certificates">Beyond <see cref="FileSweep.MaxCertificates"/>.</param>
internal readonly record struct LeftOut(int Files, int Certificates);

/// <summary>One file, with what is in it or why that is not known.</summary>
internal sealed record FileReading(string Name, string Path)
{
    public bool IsRequired { get; init; }

    /// <summary><see langword="null"/> when the folder cannot be looked into.</summary>
    public bool? IsPresent { get; init; }

    /// <summary>Of the file that links lead to; <see langword="null"/> when it was not read.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>In the order of the file; empty when none could be read.</summary>
    public ImmutableArray<CertificateReading> Certificates { get; init; } = [];

    /// <summary>Empty when everything could be read, and for a file that may be missing and is.</summary>
    public ImmutableArray<LoadProblem> Problems { get; init; } = [];

    /// <summary>The CA file that the leaf should come from, and whether it does; <see langword="null"/> when that
    /// cannot be told.</summary>
    public (string CaFile, bool Holds)? IssuedBy { get; init; }

    /// <summary>Components that read it only when they start.</summary>
    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];

    public CertificateFacts? Leaf => Certificates.FirstOrDefault(one => one.Kind == CertificateReading.Leaf)?.Facts;

    /// <summary>How many certificates of it are not read, because other files have so many.</summary>
    public int LeftOut { get; init; }

    /// <summary>Whether a pattern found it that meant something else: keys alone, or a folder.</summary>
    public bool HasNoCertificates { get; init; }

    /// <summary>Whether its CA file could not be read as a whole.</summary>
    public bool IsAuthorityDoubtful { get; init; }

    /// <summary>Whether it was read as a whole; <see langword="null"/> for a file that may be missing and is, and for
    /// one that there was no room for.</summary>
    public bool? IsLoaded => !Problems.IsEmpty ? false : IsPresent == true && LeftOut == 0 ? true : null;

    /// <summary>Whether it, or its CA file, looks as if somebody was just writing it.</summary>
    public bool MayBeHalfWritten => IsAuthorityDoubtful || IssuedBy is { Holds: false } || Problems.Any(problem =>
        problem.Reason is LoadProblem.Torn or LoadProblem.Empty or LoadProblem.Malformed or LoadProblem.NoCertificate
            or LoadProblem.KeyMismatch);
}

/// <param name="Index">Its place in the file, from 0.</param>
internal sealed record CertificateReading(string Kind, int Index, CertificateFacts Facts)
{
    public const string Leaf = "leaf";
    public const string Authority = "ca";

    /// <summary>A copy of an issuer beside a leaf or in a kubeconfig. Its own file is where it is watched.</summary>
    public const string Chain = "chain";
}
