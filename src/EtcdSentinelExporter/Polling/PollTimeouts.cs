namespace EtcdSentinelExporter.Polling;

/// <summary>Lower bounds of poll timeouts. Tests on a busy machine raise them.</summary>
internal sealed record PollTimeouts
{
    /// <summary>Minimum timeout of a poll; overrides a shorter setting of its collector.</summary>
    public TimeSpan MinPoll { get; init; } = TimeSpan.Zero;
}
