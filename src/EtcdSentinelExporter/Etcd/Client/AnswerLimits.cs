namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Limits how much of one etcd response is kept.</summary>
/// <remarks>A response of 256 KiB has room for thousands of members, and each member adds three series.</remarks>
internal static class AnswerLimits
{
    /// <summary>etcd recommends at most 7 voters; learners and members under replacement come on top.</summary>
    public const int MaxMembers = 64;

    /// <summary>Two alarms for each member: NOSPACE and CORRUPT.</summary>
    public const int MaxAlarms = 2 * MaxMembers;

    /// <summary>Errors other than alarms and a missing leader; etcd up to 3.7 reports none.</summary>
    public const int MaxErrors = 16;

    /// <summary>Features of a metrics page; etcd 3.7 has 11.</summary>
    public const int MaxFeatures = 64;

    /// <summary>Characters of a name or version, because it becomes a label value.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Characters of an error, because it becomes a log line.</summary>
    public const int MaxErrorLength = 300;
}
