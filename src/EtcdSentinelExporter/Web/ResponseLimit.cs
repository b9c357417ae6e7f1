using System.Threading.RateLimiting;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Web;

/// <summary>Limits concurrent responses, in all and for each client; further requests get 503 with
/// Retry-After.</summary>
/// <param name="max">Concurrent responses in all.</param>
/// <param name="maxOfOne">Concurrent responses to one client, so that no client takes the share of others.</param>
/// <param name="what">Plural noun and verb for the refusal: <c>scrapes are running</c>.</param>
internal sealed class ResponseLimit(int max, int maxOfOne, string what) : IDisposable
{
    private readonly ConcurrencyLimiter _all = new(new() { PermitLimit = max, QueueLimit = 0 });
    private readonly KeyedCounter<ClientKey> _ofOne = new();
    private long _ended;

    /// <summary>Responses that could start now.</summary>
    public long Available => _all.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Responses that have ended since the start, without refusals. While it grows, the limit is busy and not
    /// stuck.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Runs <paramref name="respond"/>, or refuses.</summary>
    public async Task ServeAsync(HttpContext http, Func<Task> respond)
    {
        var client = ClientKey.Of(http.Connection.RemoteIpAddress);
        try
        {
            if (_ofOne.Enter(client) > maxOfOne)
                await RefuseAsync(http, $"{maxOfOne} {what} for this address already; try again later.");
            else
                await ServeWithinAllAsync(http, respond);
        }
        finally
        {
            _ofOne.Leave(client);
        }
    }

    public void Dispose() => _all.Dispose();

    private async Task ServeWithinAllAsync(HttpContext http, Func<Task> respond)
    {
        using var lease = _all.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            await RefuseAsync(http, $"{max} {what} already; try again later.");
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
