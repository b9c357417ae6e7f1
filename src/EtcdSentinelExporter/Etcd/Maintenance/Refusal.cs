namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Why a verb does not write.</summary>
/// <param name="Code">One of <see cref="RefusalCode"/>.</param>
/// <param name="Reason">What is so now: one sentence without a full stop.</param>
/// <param name="Remedy">What to do instead: one sentence without a full stop.</param>
/// <param name="CanBeForced">True if <c>--force CODE</c> lifts it.</param>
internal sealed record Refusal(string Code, string Reason, string Remedy, bool CanBeForced)
{
    /// <summary>The line for a terminal.</summary>
    public override string ToString() =>
        $"{Code}: {Reason}. {Remedy}.{(CanBeForced ? $" Override: --force={Code}." : "")}";
}

/// <summary>Closed list of the codes of refusals.</summary>
internal static class RefusalCode
{
    public const string QuorumLost = "quorum-lost";
    public const string MemberDown = "member-down";
    public const string Corrupt = "corrupt";
    public const string Room = "room";
    public const string Version = "version";
    public const string MinorNotTried = "minor-not-tried";
    public const string UnderWay = "defragmentation-under-way";
    public const string Learner = "learner";
    public const string BlockedTooLong = "blocked-too-long";
    public const string OtherActor = "other-actor";

    public static ImmutableArray<string> All { get; } =
        [QuorumLost, MemberDown, Corrupt, Room, Version, MinorNotTried, UnderWay, Learner, BlockedTooLong, OtherActor];
}

/// <summary>For what the refusals are asked.</summary>
internal enum RefusalPurpose { Defragment, RecoverNoSpace }
