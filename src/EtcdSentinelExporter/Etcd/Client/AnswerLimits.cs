namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Limits what is kept of one answer of etcd.</summary>
/// <remarks>An answer of 256 KiB has room for thousands of members, and each of them would be three series.</remarks>
internal static class AnswerLimits
{
    /// <summary>etcd advises at most 7 voters; learners, and members that are being replaced, come on top.</summary>
    public const int MaxMembers = 64;

    /// <summary>NOSPACE and CORRUPT of each member.</summary>
    public const int MaxAlarms = 2 * MaxMembers;

    /// <summary>Errors that are neither an alarm nor a missing leader: etcd up to 3.7 reports none.</summary>
    public const int MaxErrors = 16;

    /// <summary>Characters of a name or version, which becomes a label value.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Characters of an error, which becomes a line of the log.</summary>
    public const int MaxErrorLength = 300;
}
