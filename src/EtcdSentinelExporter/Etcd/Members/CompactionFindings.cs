using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>A history that nobody compacts while writes go on.</summary>
internal static class CompactionFindings
{
    /// <summary>Limit without periodic compaction of etcd's own: kube-apiserver compacts every 5 minutes, etcd by
    /// revisions as often.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(20);

    /// <summary>Limits by the period of etcd's own compaction. After a start a whole period passes before the
    /// first.</summary>
    public static readonly ImmutableArray<(TimeSpan Below, TimeSpan Limit)> Periodic =
    [
        (TimeSpan.FromMinutes(90), TimeSpan.FromHours(2)), (TimeSpan.FromHours(7), TimeSpan.FromHours(8)),
        (TimeSpan.FromHours(13), TimeSpan.FromHours(14)), (TimeSpan.FromMinutes(24 * 60 + 1), TimeSpan.FromHours(26)),
        (TimeSpan.FromHours(48), TimeSpan.FromHours(50)), (TimeSpan.MaxValue, TimeSpan.FromHours(170)),
    ];

    public static IEnumerable<Finding> Of(MemberReading member, DateTimeOffset at)
    {
        if (member is { Compaction: { RevisionThen: { } then } compaction, Status.Revision: { } revision }
            && at - compaction.LastChange > LimitOf(member.CompactionRetention) && revision > then)
        {
            yield return new("EtcdCompactionStalled", Severity.Warning, member.Endpoint,
                Summary: $"The history was last compacted {ReportCell.Duration(at - compaction.LastChange)} ago, and "
                    + $"{revision - then} revisions were written since: the database grows until it is full.",
                NextStep: "Look for the compactor in the logs of each kube-apiserver; compact by hand if the quota is "
                    + "near.");
        }
    }

    private static TimeSpan LimitOf(TimeSpan? retention) => retention is { Ticks: > 0 } period
        ? Periodic.First(step => period < step.Below).Limit
        : Usual;
}
