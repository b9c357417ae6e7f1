using System.Globalization;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Findings about slow writes, from two polls of a member. The alert rules look at ten minutes, and fire
/// later.</summary>
internal static class LatencyFindings
{
    public const double FsyncWarning = 0.05;
    public const double FsyncCritical = 0.1;
    public const double CommitWarning = 0.1;

    private const string LookAtDisk =
        "If this member leads, move leadership away (etcdctl move-leader). Then look at what else uses the disk and at "
        + "its SMART values; move etcd to a healthy disk of its own.";

    public static IEnumerable<Finding> Of(MemberReading member)
    {
        if (member.Activity is not { } activity)
            yield break;
        if (activity.Fsync is { Seconds: > FsyncWarning } fsync)
        {
            var isCritical = fsync.Seconds > FsyncCritical;
            yield return new(
                isCritical ? "EtcdFsyncDurationCritical" : "EtcdHighFsyncDuration",
                isCritical ? Severity.Critical : Severity.Warning, member.Endpoint,
                Summary: $"The disk is {(isCritical ? "too slow for etcd" : "slow")}: an fsync of the WAL takes "
                    + $"{Between(fsync)} ({Counted(activity.Fsyncs!, activity)}); below 10 ms is healthy.",
                NextStep: LookAtDisk);
        }
        if (activity.Commit is { Seconds: > CommitWarning } commit)
        {
            yield return new("EtcdHighCommitDuration", Severity.Warning, member.Endpoint,
                Summary: $"The database is slow: a commit takes {Between(commit)} "
                    + $"({Counted(activity.Commits!, activity)}); below 25 ms is healthy.",
                NextStep: "Look at what else uses the disk, and at its SMART values.");
        }
    }

    /// <summary>The bucket, because a value inside it is a guess.</summary>
    public static string Between(LatencyQuantile quantile) => double.IsInfinity(quantile.UpperBound)
        ? $"more than {Milliseconds(quantile.LowerBound)} ms"
        : $"between {Milliseconds(quantile.LowerBound)} and {Milliseconds(quantile.UpperBound)} ms";

    private static string Counted(LatencyCounts counts, EtcdActivity activity) => string.Create(
        CultureInfo.InvariantCulture, $"{counts.Total:0} in {activity.Window.TotalSeconds:0} s");

    private static string Milliseconds(double seconds) =>
        (seconds * 1000).ToString("0.#", CultureInfo.InvariantCulture);
}
