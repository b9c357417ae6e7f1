using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>A TLS server of this node.</summary>
/// <param name="Name">The component that listens, or what a setting calls it.</param>
/// <param name="Host">A name or an address.</param>
internal sealed record TlsListener(string Name, string Host, int Port)
{
    /// <summary>Host paths of the files out of which it serves; empty where that is not known.</summary>
    public ImmutableArray<string> FilePaths { get; init; } = [];

    /// <summary>Likewise, by <see cref="ExpectedFile.Name"/>.</summary>
    public ImmutableArray<string> FileNames { get; init; } = [];

    /// <summary>Whom we present ourselves as; without it the listener is dialled as nobody.</summary>
    public TlsFiles? Identity { get; init; }

    /// <summary>Whether it logs a rejected connection for each of a nobody: then it is not dialled as one.</summary>
    public bool NeedsIdentity { get; init; }

    public string Address => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public bool ServesOutOf(FileReading file) =>
        FilePaths.Contains(file.Path, StringComparer.Ordinal) || FileNames.Contains(file.Name, StringComparer.Ordinal);
}

/// <summary>What a listener presented in its last handshake.</summary>
/// <param name="Listener">Who.</param>
/// <param name="DialledAt">When that handshake began.</param>
/// <param name="Leaf"><see langword="null"/> when it failed.</param>
/// <param name="Problem">Why it failed, in one line; <see langword="null"/> when it did not.</param>
internal sealed record ServedReading(
    TlsListener Listener, DateTimeOffset DialledAt, CertificateFacts? Leaf, string? Problem)
{
    /// <summary>The file that it is compared with; <see langword="null"/> where there is none to
    /// compare with.</summary>
    public FileReading? File { get; init; }

    /// <summary>Whether it serves what is in <see cref="File"/>.</summary>
    public bool? MatchesFile { get; init; }

    public ServedReading ComparedWith(ImmutableArray<FileReading> files)
    {
        var own = files.Where(file => file.Leaf is not null && Listener.ServesOutOf(file)).ToList();
        if (Leaf is null || own.Count == 0)
            return this with { File = null, MatchesFile = null };
        var same = own.Find(file => file.Leaf!.Sha256 == Leaf.Sha256);
        return this with { File = same ?? own[0], MatchesFile = same is not null };
    }
}
