using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>A TLS server of this node.</summary>
/// <param name="Name">Name of the component, or a name from the settings.</param>
/// <param name="Host">A host name or an address.</param>
internal sealed record TlsListener(string Name, string Host, int Port)
{
    /// <summary>Host paths of the certificate files that it may serve; empty if unknown.</summary>
    public ImmutableArray<string> FilePaths { get; init; } = [];

    /// <summary>Names (<see cref="ExpectedFile.Name"/>) of the files that it may serve; empty if unknown.</summary>
    public ImmutableArray<string> FileNames { get; init; } = [];

    /// <summary>Client certificate to present, or <see langword="null"/> for none.</summary>
    public TlsFiles? Identity { get; init; }

    /// <summary>True if it logs connections without a client certificate as rejected. No connection is made
    /// without one then.</summary>
    public bool NeedsIdentity { get; init; }

    /// <summary>The component that listens; the name if that is from the settings.</summary>
    public string Component => Name is EtcdListeners.Client or EtcdListeners.Peer ? Profiles.Component.Etcd : Name;

    public string Address => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public bool ServesFrom(FileReading file) =>
        FilePaths.Contains(file.Path, StringComparer.Ordinal) || FileNames.Contains(file.Name, StringComparer.Ordinal);
}

/// <summary>What a listener presented in its last handshake.</summary>
/// <param name="Listener">The TLS server.</param>
/// <param name="DialledAt">Start time of the handshake.</param>
/// <param name="Leaf">The presented leaf; <see langword="null"/> if the handshake failed.</param>
/// <param name="Problem">Why the handshake failed, on one line; <see langword="null"/> if it succeeded.</param>
internal sealed record ServedReading(
    TlsListener Listener, DateTimeOffset DialledAt, CertificateFacts? Leaf, string? Problem)
{
    /// <summary>The file with which the leaf is compared; <see langword="null"/> if there is none.</summary>
    public FileReading? File { get; init; }

    /// <summary>True if the leaf is the one in <see cref="File"/>; <see langword="null"/> without a file or a
    /// leaf.</summary>
    public bool? MatchesFile { get; init; }

    /// <summary>Value of the <c>kind</c> label.</summary>
    public string Kind => Listener.Name == Component.Kubelet && Leaf is { IsSelfMade: true }
        ? CertificateReading.SelfSigned
        : CertificateReading.Leaf;

    public ServedReading ComparedWith(ImmutableArray<FileReading> files)
    {
        var own = files.Where(file => file.Leaf is not null && Listener.ServesFrom(file)).ToList();
        if (Leaf is null || own.Count == 0)
            return this with { File = null, MatchesFile = null };
        var same = own.Find(file => file.Leaf!.Sha256 == Leaf.Sha256);
        return this with { File = same ?? own[0], MatchesFile = same is not null };
    }
}
