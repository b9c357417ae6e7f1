namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Closed list of reasons why the keys of a member are not counted now: label values.</summary>
internal static class KeyspaceSkip
{
    /// <summary>Another member of the cluster is asked.</summary>
    public const string OtherMember = "other_member";

    public const string Learner = "learner";

    /// <summary>The exporter has no rights to ask.</summary>
    public const string NoAccess = "no_access";

    /// <summary>The member does not answer.</summary>
    public const string Unanswered = "unanswered";

    public const string NoLeader = "no_leader";

    public const string Alarm = "alarm";

    public const string Defragmenting = "defragmenting";

    /// <summary>The last count took so long that the next one is not due.</summary>
    public const string NotDue = "not_due";

    /// <summary>Commits take too long.</summary>
    public const string SlowCommits = "slow_commits";

    /// <summary>The metrics page cannot be read, so it is not known how long commits take.</summary>
    public const string UnknownCommits = "unknown_commits";

    public static ImmutableArray<string> All { get; } =
    [
        OtherMember, Learner, NoAccess, Unanswered, NoLeader, Alarm, Defragmenting, NotDue, SlowCommits,
        UnknownCommits,
    ];

    /// <summary>The reason as a part of a sentence.</summary>
    public static string Describe(string reason) => reason switch
    {
        OtherMember => "another follower of the cluster is asked",
        Learner => "it is a learner",
        NoAccess => "etcd does not let the exporter ask",
        Unanswered => "it does not answer",
        NoLeader => "there is no leader",
        Alarm => "an alarm is active",
        Defragmenting => "it is defragmenting",
        NotDue => "the last count was long",
        SlowCommits => "its commits take more than 50 ms",
        _ => "its metrics page cannot be read, so it is not known how long its commits take",
    };

    /// <summary>True if the last counts stay valid for a while: they are still of this member.</summary>
    public static bool KeepsCounts(string reason) => reason is not (OtherMember or Learner or NoAccess);
}
