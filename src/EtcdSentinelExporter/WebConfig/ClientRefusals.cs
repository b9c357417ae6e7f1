namespace EtcdSentinelExporter.WebConfig;

/// <summary>Counts the client certificates that were refused, and says why: TLS tells the client next
/// to nothing.</summary>
internal sealed partial class ClientRefusals(TimeProvider clock, ILogger log)
{
    // Whoever knocks without end must not fill the log.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _saidAt;
    private long _count;

    /// <summary>Since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Note(string why)
    {
        Interlocked.Increment(ref _count);
        lock (_gate)
        {
            if (_saidAt is { } last && clock.GetElapsedTime(last) < Silence)
                return;
            _saidAt = clock.GetTimestamp();
        }
        LogRefused(why);
    }

    [LoggerMessage(1, LogLevel.Warning, "A client was refused: {Why}. Others within the next minute are only counted.")]
    private partial void LogRefused(string why);
}
