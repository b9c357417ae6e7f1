namespace EtcdSentinelExporter.Polling;

/// <summary>Counts of one collector since the program started.</summary>
/// <param name="Succeeded">Successful polls.</param>
/// <param name="Failed">Failed polls.</param>
/// <param name="Dropped">Samples dropped because Prometheus would reject the whole page.</param>
/// <param name="LastSuccess">Start of the last successful poll; <see langword="null"/> before the
/// first.</param>
internal readonly record struct PollCounts(long Succeeded, long Failed, long Dropped, DateTimeOffset? LastSuccess)
{
    public PollCounts AddSuccess(DateTimeOffset takenAt, int dropped) =>
        this with { Succeeded = Succeeded + 1, Dropped = Dropped + dropped, LastSuccess = takenAt };

    public PollCounts AddFailure() => this with { Failed = Failed + 1 };
}
