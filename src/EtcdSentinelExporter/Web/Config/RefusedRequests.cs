namespace EtcdSentinelExporter.Web.Config;

/// <summary>Counts requests that were refused before they reached a page. Safe for concurrent use.</summary>
internal sealed class RefusedRequests
{
    private long _unauthorized;
    private long _throttled;

    /// <summary>Requests without a valid name and password.</summary>
    public long Unauthorized => Interlocked.Read(ref _unauthorized);

    /// <summary>Requests beyond the rate limit, or beyond the passwords that can be checked at once.</summary>
    public long Throttled => Interlocked.Read(ref _throttled);

    public void CountUnauthorized() => Interlocked.Increment(ref _unauthorized);

    public void CountThrottled() => Interlocked.Increment(ref _throttled);
}
