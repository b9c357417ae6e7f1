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
