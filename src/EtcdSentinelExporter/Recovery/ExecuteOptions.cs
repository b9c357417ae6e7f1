namespace EtcdSentinelExporter.Recovery;

/// <summary>How the steps of <c>recover nospace</c> are run.</summary>
internal sealed record ExecuteOptions
{
    /// <summary>True to ask for nothing.</summary>
    public bool Yes { get; init; }

    /// <summary>The cluster that is meant; <see langword="null"/> if not given.</summary>
    public ulong? ClusterId { get; init; }

    /// <summary>File of the snapshot; <see langword="null"/> if not given.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Why there is no snapshot; <see langword="null"/> if there is one.</summary>
    public string? NoSnapshot { get; init; }

    /// <summary>File of the journal; <see langword="null"/> for the usual one.</summary>
    public string? Journal { get; init; }

    /// <summary>The one step to run; <see langword="null"/> for all.</summary>
    public OnlyStep? Only { get; init; }
}

internal enum OnlyKind { Snapshot, Compact, Defragment, Disarm }

/// <summary>A step that <c>--only</c> names.</summary>
/// <param name="Member">Name, ID or endpoint of the member to defragment; empty for other steps.</param>
internal sealed record OnlyStep(OnlyKind Kind, string Member = "")
{
    private const string Defragment = "defragment=";

    /// <exception cref="FormatException">No such step.</exception>
    public static OnlyStep Parse(string text) => text switch
    {
        "snapshot" => new(OnlyKind.Snapshot),
        "compact" => new(OnlyKind.Compact),
        "disarm" => new(OnlyKind.Disarm),
        [.. var word] when word.StartsWith(Defragment, StringComparison.Ordinal) && word.Length > Defragment.Length =>
            new(OnlyKind.Defragment, word[Defragment.Length..]),
        _ => throw new FormatException("write snapshot, compact, defragment=MEMBER or disarm."),
    };
}
