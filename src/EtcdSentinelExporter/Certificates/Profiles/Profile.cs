using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>Expected files and TLS servers of a Kubernetes distribution.</summary>
/// <param name="Name">Value of the setting <c>certificates.profile</c>.</param>
/// <param name="Marks">Host paths; if one exists, the node runs this distribution.</param>
/// <param name="Files">Expected files; paths may be patterns.</param>
internal sealed record Profile(string Name, ImmutableArray<string> Marks, ImmutableArray<ProfileFile> Files)
{
    /// <summary>The folder of static pod manifests; <see langword="null"/> if components are not static
    /// pods.</summary>
    public string? Manifests { get; init; }

    /// <summary>Text between a component's name and <c>.yaml</c> in the name of its manifest.</summary>
    public string ManifestSuffix { get; init; } = "";

    /// <summary>For components that are not static pods: host path that exists if the component runs on the
    /// node.</summary>
    public ImmutableDictionary<string, string> ComponentMarks { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>Process names of components, where they differ from the component's name.</summary>
    public ImmutableDictionary<string, string> Processes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>True if kubeconfigs only reference files of the profile. They are not read then.</summary>
    public bool OnlyReferences { get; init; }

    /// <summary>TLS servers without a manifest. Each is checked at 127.0.0.1 if its file exists.</summary>
    public ImmutableArray<ProfileListener> Listeners { get; init; } = [];

    /// <summary>Host path that exists if the component runs on the node; <see langword="null"/> if there is no such
    /// path.</summary>
    public string? MarkOf(string component) => ComponentMarks.GetValueOrDefault(component)
        ?? (Manifests is null ? null : $"{Manifests}/{component}{ManifestSuffix}.yaml");
}

/// <summary>One expected file of a profile.</summary>
/// <param name="Name">Name in labels.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
/// <param name="Role">Purpose of the file.</param>
/// <param name="NeededBy">The file is required if all of these components run on the node; never if empty.</param>
internal sealed record ProfileFile(string Name, string Path, FileRole Role, ImmutableArray<string> NeededBy)
{
    public string? CaFile { get; init; }

    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];

    /// <summary>Host path; if it exists, this file is ignored.</summary>
    public string? Unless { get; init; }

    /// <summary>Returns true if the path is this file, or matches its pattern.</summary>
    public bool Matches(string path)
    {
        var (own, other) = (Path.Split('/'), path.Split('/'));
        return own.Length == other.Length && own.Zip(other).All(step => PathPattern.IsPattern(step.First)
            ? PathPattern.Matches(step.First, step.Second)
            : step.First == step.Second);
    }
}

/// <summary>A TLS server of a profile.</summary>
/// <param name="Component">The component that listens.</param>
/// <param name="File">Host path of its certificate.</param>
internal sealed record ProfileListener(string Component, int Port, string File);
