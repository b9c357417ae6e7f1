namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>Purpose of a file; it decides the kind of the certificates in it.</summary>
internal enum FileRole
{
    /// <summary>A leaf, optionally followed by its chain.</summary>
    Leaf,

    /// <summary>kubelet's serving certificate, which it makes for itself unless it is provided.</summary>
    KubeletServer,

    /// <summary>One or several CAs.</summary>
    Authority,

    /// <summary>A kubeconfig with a client certificate.</summary>
    Kubeconfig,

    /// <summary>Detected from name and content: a kubeconfig, CAs, or a leaf.</summary>
    Unknown,
}

/// <summary>A certificate file that is read in each poll.</summary>
/// <param name="Name">Name in labels; kubeadm's name if there is one.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
internal sealed record ExpectedFile(string Name, string Path, FileRole Role)
{
    /// <summary>True if a component on this node needs the file, or a setting names it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>True for a pattern without a name, and for files found by one. Such a file may be a folder, or contain
    /// only keys, without a problem.</summary>
    public bool IsFromPattern { get; init; }

    /// <summary>Host path of the CA file that must have issued the leaf; <see langword="null"/> if unknown.</summary>
    public string? CaFile { get; init; }

    /// <summary>Components that read the file only at startup.</summary>
    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];
}
