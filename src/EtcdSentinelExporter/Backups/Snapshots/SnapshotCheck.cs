namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>What is known of a file that may be a snapshot of etcd.</summary>
/// <param name="State">One of the constants.</param>
/// <param name="Detail">One sentence.</param>
internal sealed record SnapshotCheck(string State, string Detail)
{
    /// <summary>The SHA-256 at its end is that of its content.</summary>
    public const string Valid = "valid";

    /// <summary>A database without a hash, as <c>cp member/snap/db</c> makes it.</summary>
    public const string Unverifiable = "unverifiable";

    /// <summary>Truncated or altered.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>It changed in the last minute, or while it was read.</summary>
    public const string Writing = "writing";

    /// <summary>Not read yet.</summary>
    public const string Pending = "pending";

    /// <summary>The disk returns an error or does not respond, or there is no permission.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Not a database: it may be anything.</summary>
    public const string Other = "other";

    /// <summary>States of files that count as snapshots.</summary>
    public static ImmutableArray<string> States { get; } =
        [Valid, Unverifiable, Corrupt, Writing, Pending, Unreadable];

    /// <summary>Length of the content without compression; 0 if it was not read.</summary>
    public long ContentBytes { get; init; }

    /// <summary>True unless the file is known to be of no use.</summary>
    public bool MayBeGood => State is Valid or Unverifiable or Pending;

    /// <summary>True if another read of the same file would say the same.</summary>
    public bool IsFinal => State is Valid or Unverifiable or Corrupt or Other;

    public static SnapshotCheck NotRead { get; } = new(Pending, "It was not read yet.");

    public static SnapshotCheck StillWritten { get; } =
        new(Writing, "It changed in the last minute: something still writes it.");
}
