using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Counts requests that were rejected before they reached a page. Thread-safe.</summary>
internal sealed class RefusedRequests
{
    private long _unauthorized;
    private long _throttled;

    /// <summary>Requests without a valid user name and password.</summary>
    public long Unauthorized => Interlocked.Read(ref _unauthorized);

    /// <summary>Requests above the rate limit, or above the limit of concurrent password checks.</summary>
    public long Throttled => Interlocked.Read(ref _throttled);

    public void CountUnauthorized() => Interlocked.Increment(ref _unauthorized);

    public void CountThrottled() => Interlocked.Increment(ref _throttled);
}

/// <summary>Counts rejected client certificates, and logs why: the TLS alert hardly contains a reason.</summary>
internal sealed partial class ClientRefusals(TimeProvider clock, ILogger log)
{
    // A client that retries without end must not fill the log.
    private readonly LogThrottle _throttle = new(TimeSpan.FromMinutes(1), clock);

    private long _count;

    /// <summary>Rejected client certificates since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Note(string why)
    {
        Interlocked.Increment(ref _count);
        if (_throttle.TryPass(out _))
            LogRefused(why);
    }

    [LoggerMessage(1, LogLevel.Warning,
        "Client certificate rejected: {Why}. Further ones within the next minute are only counted.")]
    private partial void LogRefused(string why);
}
