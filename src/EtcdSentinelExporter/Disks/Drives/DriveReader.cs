using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads one drive and merges the result into what is known of it.</summary>
internal sealed class DriveReader(ISmartctl smartctl, DriveSchedule schedule, TimeProvider clock)
{
    /// <param name="before">Previous reading of the drive.</param>
    /// <param name="carriesRole">True if the drive carries a role.</param>
    public async Task<DriveReading> ReadAsync(
        DriveReading before, bool carriesRole, CancellationToken cancellationToken)
    {
        var drive = before.Drive;
        var at = clock.GetUtcNow();
        var question = new SmartQuestion(
            WithLogs: at >= before.LogsDueAt,
            // A disk with a role does not sleep, and the power check would only be one more way to fail.
            SkipsStandby: before.IsRotational is true && !carriesRole,
            WasBusy: WasBusy(before));
        var answer = await smartctl.AskAsync(drive, question, cancellationToken);
        return After(before, question, WithHistory(before, answer), at) with { CarriesRole = carriesRole };
    }

    // A dying drive still opens and says who it is. So one that reported its health before is never without SMART.
    private static SmartAnswer WithHistory(DriveReading before, SmartAnswer answer) =>
        answer.State is ReadState.Unsupported && before.LastSuccess is not null
            ? answer with
            {
                State = ReadState.Failed,
                Message = answer.Message.Length > 0 ? answer.Message
                    : "The drive reported its health before, and no longer does.",
            }
        : answer.Report is { LacksAttributes: true } && before.History.HadAttributes
            ? answer with { State = ReadState.Failed, Report = null }
        : answer;

    // Logs are requested at most once an hour, even if the attempt fails: they must not strain a weak drive.
    private DriveReading After(DriveReading before, SmartQuestion question, SmartAnswer answer, DateTimeOffset at)
    {
        var after = before with
        {
            State = answer.State,
            Message = answer.Message,
            LastAttempt = answer.IsAttempt ? at : before.LastAttempt,
            Took = answer.Took ?? before.Took,
            ExitStatus = answer.ExitStatus,
            Reads = answer.IsAttempt
                ? before.Reads.SetItem(answer.State, before.Reads.GetValueOrDefault(answer.State) + 1)
                : before.Reads,
            TimeoutsInARow = answer.State is ReadState.Timeout or ReadState.Hung
                ? before.TimeoutsInARow + (answer.IsAttempt ? 1 : 0)
                : 0,
            DeferralsInARow = 0,
            Requests = before.Drive.Disk?.Requests,
            LogsDueAt = question.WithLogs && answer.IsAttempt ? DriveSchedule.LogsDueAfter(at) : before.LogsDueAt,
        };
        if (answer.Report is { } report)
            after = WithReport(after, report, question.WithLogs, at);
        // While a process hangs, each tick checks if it is gone: that costs nothing.
        return after with { DueAt = schedule.DueAfter(after, at) };
    }

    private static DriveReading WithReport(DriveReading drive, SmartReport report, bool withLogs, DateTimeOffset at)
    {
        var identity = report.Identity;
        var isReplaced = drive.Identity?.Serial is { Length: > 0 } serial
            && identity.Serial.Length > 0 && identity.Serial != serial;
        // Failing drives often reject the request for logs. Old logs are kept until they expire.
        var hasLogs = withLogs && report.HasLogs;
        var logs = hasLogs ? report : isReplaced ? null : drive.LogsReport;
        var history = isReplaced ? DriveHistory.None : drive.History;
        var health = DriveDecoder.Decode(report, DriveLogs.Of(logs ?? report), history.Endurance);
        return drive with
        {
            LastSuccess = at,
            Identity = drive.Identity is { } known && identity.IsLessCompleteThan(known) ? known : identity,
            IdentityChanges = drive.IdentityChanges + (isReplaced ? 1 : 0),
            Report = report,
            LogsReport = logs,
            History = history.With(report, health, at),
            LogsAt = hasLogs ? at : isReplaced ? null : drive.LogsAt,
            Health = health,
        };
    }

    private static bool? WasBusy(DriveReading before) =>
        before.Drive.Disk?.Requests is { } now && before.Requests is { } then ? now != then : null;
}
