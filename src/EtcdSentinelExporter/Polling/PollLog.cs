namespace EtcdSentinelExporter.Polling;

/// <summary>What the log says of polls.</summary>
/// <remarks>A probe that fails every fifteen seconds is one event, not 5,760 a day: only changes are logged.</remarks>
internal sealed partial class PollLog(ILogger<Poller> log)
{
    /// <summary>Logs what changed between two polls of a collector.</summary>
    /// <param name="before"><see langword="null"/> for the first poll.</param>
    public void Write(Snapshot? before, Snapshot after)
    {
        if (after.Failure is { } failure && failure.Reason != before?.Failure?.Reason)
            LogFailing(after.Collector, failure.Reason, failure.Message);
        else if (after.Failure is null && before?.Failure is not null)
            LogRecovered(after.Collector);

        if (after.Polls.Dropped > 0 && before is null or { Polls.Dropped: 0 })
        {
            LogDropped(after.Collector, string.Join(
                ", ", after.Families.Where(family => family.Dropped > 0).Select(family => family.Family.Name)));
        }

        if (after.JudgeFailure is { } judge && before?.JudgeFailure is null)
            LogJudgeFailing(after.Collector, judge.Reason, judge.Message);
    }

    [LoggerMessage(1, LogLevel.Warning, "Poll of {Collector} failed: {Reason}: {Message}")]
    private partial void LogFailing(string collector, string reason, string message);

    [LoggerMessage(2, LogLevel.Information, "Polls of {Collector} succeed again")]
    private partial void LogRecovered(string collector);

    [LoggerMessage(3, LogLevel.Warning,
        "{Collector} dropped invalid samples of {Families}: Prometheus would reject the page")]
    private partial void LogDropped(string collector, string families);

    [LoggerMessage(4, LogLevel.Debug, "Polls of {Collector} stopped")]
    public partial void Stopped(string collector);

    [LoggerMessage(5, LogLevel.Warning, "Findings of {Collector} are incomplete: {Reason}: {Message}")]
    private partial void LogJudgeFailing(string collector, string reason, string message);
}
