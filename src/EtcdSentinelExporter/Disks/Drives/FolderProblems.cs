using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Files in the agent's folder that are not used, by what is wrong with them.</summary>
internal sealed record FolderProblems(ImmutableSortedDictionary<string, int> Files)
{
    /// <summary>Breaks off, or is not what the agent writes.</summary>
    public const string Torn = "torn";

    /// <summary>Not renewed for longer than a running agent takes.</summary>
    public const string Old = "old";

    /// <summary>About no drive of this node, or written by another version.</summary>
    public const string Foreign = "foreign";

    /// <summary>Larger than is ever read.</summary>
    public const string Huge = "huge";

    /// <summary>May not be read, or is no regular file.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>More than are ever looked at.</summary>
    public const string Surplus = "surplus";

    public static FolderProblems None { get; } = new(new[] { Torn, Old, Foreign, Huge, Unreadable, Surplus }
        .ToImmutableSortedDictionary(problem => problem, _ => 0, StringComparer.Ordinal));

    public FolderProblems Add(string problem) => new(Files.SetItem(problem, Files[problem] + 1));
}
