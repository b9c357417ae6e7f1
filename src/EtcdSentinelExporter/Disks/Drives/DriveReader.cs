using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Asks one drive, and writes down what came of it.</summary>
internal sealed class DriveReader(ISmartctl smartctl, DriveSchedule schedule, TimeProvider clock)
{
    /// <param name="before">What is known of it.</param>
    /// <param name="carriesRole">Whether the control plane stands on it.</param>
    public async Task<DriveReading> ReadAsync(
        DriveReading before, bool carriesRole, CancellationToken cancellationToken)
    {
        var drive = before.Drive;
        var at = clock.GetUtcNow();
        var question = new SmartQuestion(
            WithLogs: at >= before.LogsDueAt,
            // A disk that carries a role does not sleep, and the question would only be another way to fail.
            SkipsStandby: drive.IsRotational is true && !carriesRole,
            WasBusy: WasBusy(before));
        var answer = await smartctl.AskAsync(drive, question, cancellationToken);
        return After(before, question, answer, at) with { CarriesRole = carriesRole };
    }

    // Each attempt asks for logs at most once an hour, also when it fails: they must not make a weak drive weaker.
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
        // While nobody can be asked, whether the process is gone is looked up at each tick: that costs nothing.
        return after with { DueAt = schedule.DueAfter(after, at) };
    }

    private static DriveReading WithReport(DriveReading drive, SmartReport report, bool withLogs, DateTimeOffset at)
    {
        var identity = DriveIdentity.Of(report);
        var isOther = drive.Identity?.Serial is { Length: > 0 } serial
            && identity.Serial.Length > 0 && identity.Serial != serial;
        // Drives that answer badly often refuse the logs: those that are there grow old by themselves.
        var hasLogs = withLogs && report.HasLogs;
        var logs = hasLogs ? report : isOther ? null : drive.LogsReport;
        return drive with
        {
            LastSuccess = at,
            Identity = drive.Identity is { } known && identity.IsLessCompleteThan(known) ? known : identity,
            IdentityChanges = drive.IdentityChanges + (isOther ? 1 : 0),
            Report = report,
            LogsReport = logs,
            LogsAt = hasLogs ? at : isOther ? null : drive.LogsAt,
            Health = DriveDecoder.Decode(report, DriveLogs.Of(logs ?? report)),
        };
    }

    private static bool? WasBusy(DriveReading before) =>
        before.Drive.Disk?.Requests is { } now && before.Requests is { } then ? now != then : null;
}
