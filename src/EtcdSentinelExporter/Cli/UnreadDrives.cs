using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Cli;

/// <summary>Drives that a check did not read: they must not look as if they were healthy.</summary>
internal static class UnreadDrives
{
    private const string Message = "not read within the window";

    /// <summary>True if a drive was not read yet, and its read is not deferred.</summary>
    public static bool AreDue(DrivesReading? reading, DateTimeOffset now) =>
        reading?.Drives.Any(drive => IsWaiting(drive) && drive.DueAt <= now) is true;

    /// <returns>The same poll; each drive that was not read has timed out.</returns>
    public static CollectorPoll TimedOut(CollectorPoll poll)
    {
        if (poll.Last is not Snapshot<DrivesReading> { Reading: { } reading, Failure: null } last
            || !reading.All.Any(IsWaiting))
        {
            return poll;
        }
        reading = reading with { All = [.. reading.All.Select(drive => IsWaiting(drive) ? TimedOut(drive) : drive)] };
        var (findings, failure) = Judgement.Of(DrivesFindings.Judge, reading, last.Collector);
        return poll with
        {
            Last = last with
            {
                Reading = reading,
                Families = FamilySamples.Of(DrivesMetrics.Families, reading),
                Findings = findings,
                JudgeFailure = failure,
            },
        };
    }

    private static bool IsWaiting(DriveReading drive) => drive.State is ReadState.Waiting;

    private static DriveReading TimedOut(DriveReading drive) =>
        drive with { State = ReadState.Timeout, Message = Message };
}
