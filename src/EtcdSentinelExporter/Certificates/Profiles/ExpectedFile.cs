using System.Collections.Immutable;

namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>What a file is for, which decides the kind of the certificates in it.</summary>
internal enum FileRole
{
    /// <summary>A leaf, and perhaps its chain.</summary>
    Leaf,

    /// <summary>One or several CAs.</summary>
    Authority,

    /// <summary>A kubeconfig with a client certificate.</summary>
    Kubeconfig,

    /// <summary>Decided by what is in it: a kubeconfig, CAs, or a leaf.</summary>
    Unknown,
}

/// <summary>A file that is looked at in each poll.</summary>
/// <param name="Name">Its name in labels: kubeadm's own where kubeadm has one.</param>
/// <param name="Path">Host path.</param>
internal sealed record ExpectedFile(string Name, string Path, FileRole Role)
{
    /// <summary>Whether something on this node does not work without it, or a setting names it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is a pattern without a name, or was found by one: then it is no trouble if it holds keys
    /// alone, or is a folder.</summary>
    public bool IsFromPattern { get; init; }

    /// <summary>The CA file against which its leaf must verify; <see langword="null"/> where none is known.</summary>
    public string? CaFile { get; init; }

    /// <summary>Components that read it only when they start.</summary>
    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];
}
