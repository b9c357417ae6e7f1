using System.Threading.RateLimiting;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Web;

/// <summary>Limits concurrent responses, in total and per client; further requests get 503 with
/// Retry-After.</summary>
/// <param name="max">Concurrent responses in total.</param>
/// <param name="maxPerClient">Concurrent responses per client, so that no client takes the share of others.</param>
/// <param name="what">Plural noun for the error message: <c>scrapes</c>.</param>
internal sealed class ResponseLimit(int max, int maxPerClient, string what) : IDisposable
{
    private readonly ConcurrencyLimiter _all = new(new() { PermitLimit = max, QueueLimit = 0 });
    private readonly KeyedCounter<ClientKey> _perClient = new();
    private long _ended;

    /// <summary>Number of responses that could start now.</summary>
    public long Available => _all.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Number of responses that have ended since the start, without rejected requests. While it grows, the
    /// limit is busy and not stuck.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Runs <paramref name="respond"/>, or rejects the request.</summary>
    public async Task ServeAsync(HttpContext http, Func<Task> respond)
    {
        var client = ClientKey.Of(http.Connection.RemoteIpAddress);
        try
        {
            if (_perClient.Enter(client) > maxPerClient)
            {
                await RefuseAsync(
                    http, $"Too many concurrent {what}: limit of {maxPerClient} per client; retry later.");
            }
            else
            {
                await ServeWithinAllAsync(http, respond);
            }
        }
        finally
        {
            _perClient.Leave(client);
        }
    }

    public void Dispose() => _all.Dispose();

    private async Task ServeWithinAllAsync(HttpContext http, Func<Task> respond)
    {
        using var lease = _all.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            await RefuseAsync(http, $"Too many concurrent {what}: limit of {max}; retry later.");
            return;
        }
        try
        {
            await respond();
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    private static Task RefuseAsync(HttpContext http, string sentence)
    {
        http.Response.Headers.RetryAfter = "1";
        return PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, sentence);
    }
}

/// <summary>The limits of the two scraped pages, and of the status page.</summary>
internal sealed class ResponseLimits(WebLimits limits) : IDisposable
{
    public ResponseLimit Metrics { get; } = new(limits.Scrapes, limits.ScrapesPerClient, "scrapes");

    public ResponseLimit EtcdMetrics { get; } = new(
        limits.EtcdScrapes, limits.EtcdScrapesPerClient, "scrapes of etcd's metrics");

    public ResponseLimit Status { get; } = new(
        limits.StatusPages, limits.StatusPagesPerClient, "requests for the status");

    public void Dispose()
    {
        Metrics.Dispose();
        EtcdMetrics.Dispose();
        Status.Dispose();
    }
}
