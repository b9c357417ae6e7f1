using System.Collections.Immutable;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>Which files a distribution of Kubernetes is expected to have.</summary>
/// <param name="Name">Value of the setting <c>certificates.profile</c>.</param>
/// <param name="Marks">Host paths; one that exists says that the node is of this kind.</param>
/// <param name="Files">What is expected; paths may be patterns.</param>
internal sealed record Profile(string Name, ImmutableArray<string> Marks, ImmutableArray<ProfileFile> Files)
{
    /// <summary>The folder of static pod manifests; <see langword="null"/> where components are no
    /// static pods.</summary>
    public string? Manifests { get; init; }

    /// <summary>What stands between a component's name and <c>.yaml</c> in the manifest's name.</summary>
    public string ManifestSuffix { get; init; } = "";

    /// <summary>Components that are no static pods, and the path whose presence says that they run here.</summary>
    public ImmutableDictionary<string, string> Runs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The process in which a component runs, where it is not called like the component.</summary>
    public ImmutableDictionary<string, string> Processes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>TLS servers that no manifest tells of, each dialled at 127.0.0.1 where its file exists.</summary>
    public ImmutableArray<ProfileListener> Listeners { get; init; } = [];

    /// <summary>Host path whose presence says that a component runs here; <see langword="null"/> where nothing
    /// does.</summary>
    public string? MarkOf(string component) => Runs.GetValueOrDefault(component)
        ?? (Manifests is null ? null : $"{Manifests}/{component}{ManifestSuffix}.yaml");
}

/// <summary>One expected file of a profile.</summary>
/// <param name="Name">As in <see cref="ExpectedFile"/>.</param>
/// <param name="Path">Host path, or a pattern of one.</param>
/// <param name="Role">What it is for.</param>
/// <param name="NeededBy">It is required where all of these components run; never when empty.</param>
internal sealed record ProfileFile(string Name, string Path, FileRole Role, ImmutableArray<string> NeededBy)
{
    public string? CaFile { get; init; }

    public ImmutableArray<string> ReadAtStartBy { get; init; } = [];

    /// <summary>Host path that makes this file meaningless where it exists.</summary>
    public string? Unless { get; init; }

    /// <summary>Whether the path is this file, or one that its pattern finds.</summary>
    public bool Holds(string path)
    {
        var (own, other) = (Path.Split('/'), path.Split('/'));
        return own.Length == other.Length && own.Zip(other).All(step => PathPattern.IsPattern(step.First)
            ? PathPattern.Matches(step.First, step.Second)
            : step.First == step.Second);
    }
}

/// <param name="Component">Who listens.</param>
/// <param name="File">Host path of what it serves.</param>
internal sealed record ProfileListener(string Component, int Port, string File);
