namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Number of ignored files in the agent's folder, by problem.</summary>
internal sealed record FolderProblems(ImmutableSortedDictionary<string, int> Files)
{
    /// <summary>Truncated or invalid.</summary>
    public const string Torn = "torn";

    /// <summary>Written in the future: the clock of the agent or of the exporter was wrong.</summary>
    public const string Clock = "clock";

    /// <summary>Out of date: a running agent would have renewed it.</summary>
    public const string Old = "old";

    /// <summary>Not about a drive of this node, or written by another version.</summary>
    public const string Foreign = "foreign";

    /// <summary>Larger than the size limit.</summary>
    public const string Huge = "huge";

    /// <summary>Not readable, or not a regular file.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Beyond the limit on the number of files.</summary>
    public const string Surplus = "surplus";

    public static FolderProblems None { get; } = new(new[] { Torn, Clock, Old, Foreign, Huge, Unreadable, Surplus }
        .ToImmutableSortedDictionary(problem => problem, _ => 0, StringComparer.Ordinal));

    public FolderProblems Add(string problem) => new(Files.SetItem(problem, Files[problem] + 1));
}
