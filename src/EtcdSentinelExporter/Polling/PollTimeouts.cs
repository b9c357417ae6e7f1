namespace EtcdSentinelExporter.Polling;

/// <summary>Lower bounds for polls. A test on a busy machine raises them.</summary>
internal sealed record PollTimeouts
{
    /// <summary>Minimum timeout of a poll, where the setting of its collector is shorter.</summary>
    public TimeSpan MinPoll { get; init; } = TimeSpan.Zero;
}
