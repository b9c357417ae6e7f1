namespace EtcdSentinelExporter.Etcd.Hashes;

/// <summary>Hash of the keys of one member up to a revision.</summary>
/// <param name="Member">Name of the member.</param>
/// <param name="Version">Its version of etcd: another one may hash other things.</param>
/// <param name="Revision">The revision that was asked for.</param>
/// <param name="CompactRevision">What is older was not hashed.</param>
/// <param name="HashRevision">The revision up to which it hashed; 0 before etcd 3.6, which does not tell.</param>
internal sealed record KvHash(
    string Member, string Version, long Revision, long CompactRevision, long HashRevision, uint Hash)
{
    /// <summary>True if both hashed the same revisions in the same way, so that equal data has equal hashes.</summary>
    public bool IsComparableWith(KvHash other) =>
        (Version, Revision, CompactRevision, HashRevision)
        == (other.Version, other.Revision, other.CompactRevision, other.HashRevision);
}

internal enum HashOutcome
{
    /// <summary>All hashes are equal.</summary>
    Same,

    /// <summary>Hashes of the same revisions differ.</summary>
    Differs,

    /// <summary>Nothing can be said.</summary>
    Unknown,
}

/// <summary>Result of a comparison.</summary>
/// <param name="Detail">One sentence.</param>
internal sealed record HashResult(HashOutcome Outcome, string Detail)
{
    /// <summary>Compares the hashes of one round.</summary>
    public static HashResult Of(ImmutableArray<KvHash> hashes)
    {
        if (hashes.Length < 2)
            return new(HashOutcome.Unknown, "There are less than two members to compare.");
        if (hashes.FirstOrDefault(hash => !hash.IsComparableWith(hashes[0])) is { } other)
        {
            return new(HashOutcome.Unknown, $"{hashes[0].Member} and {other.Member} did not hash the same revisions: "
                + "a compaction came in between, or their versions differ.");
        }
        var groups = hashes.GroupBy(hash => hash.Hash).OrderByDescending(group => group.Count()).ToArray();
        return groups.Length == 1
            ? new(HashOutcome.Same, $"All {hashes.Length} members have the same keys and values at revision "
                + $"{hashes[0].Revision}.")
            : new(HashOutcome.Differs,
                $"At revision {hashes[0].Revision} these differ: {string.Join("; ", groups.Select(Text))}.");
    }

    private static string Text(IGrouping<uint, KvHash> group) =>
        $"{string.Join(", ", group.Select(hash => hash.Member).Order(StringComparer.Ordinal))} ({group.Key:x8})";
}
