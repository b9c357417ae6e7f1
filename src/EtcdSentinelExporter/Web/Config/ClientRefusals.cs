using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Counts rejected client certificates, and logs why: TLS tells the client next to nothing.</summary>
internal sealed partial class ClientRefusals(TimeProvider clock, ILogger log)
{
    // Whoever knocks without end must not fill the log.
    private readonly Throttle _throttle = new(TimeSpan.FromMinutes(1), clock);

    private long _count;

    /// <summary>Since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Note(string why)
    {
        Interlocked.Increment(ref _count);
        if (_throttle.TryPass(out _))
            LogRefused(why);
    }

    [LoggerMessage(1, LogLevel.Warning, "A client was refused: {Why}. Others within the next minute are only counted.")]
    private partial void LogRefused(string why);
}
