namespace EtcdSentinelExporter.Polling;

/// <summary>What a collector has done since the program started.</summary>
/// <param name="Succeeded">Polls that saw something.</param>
/// <param name="Failed">Polls that saw nothing.</param>
/// <param name="Dropped">Samples that were left out of the page because they would have spoilt it.</param>
/// <param name="LastSuccess">Start of the last poll that saw something; <see langword="null"/> before the
/// first.</param>
internal readonly record struct PollCounts(long Succeeded, long Failed, long Dropped, DateTimeOffset? LastSuccess)
{
    public PollCounts AddSuccess(DateTimeOffset takenAt, int dropped) =>
        this with { Succeeded = Succeeded + 1, Dropped = Dropped + dropped, LastSuccess = takenAt };

    public PollCounts AddFailure() => this with { Failed = Failed + 1 };
}
