using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EtcdSentinelExporter.Web;

/// <summary>One open connection, and since when it is idle. A feature of the connection and of its requests.</summary>
internal sealed class OpenConnection(ConnectionContext connection, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _requests;
    private bool _hasServed;
    private bool _isClosing;
    private long _idleSince = clock.GetTimestamp();

    /// <summary>Timestamp of the clock since which no request runs; null while one runs or the connection
    /// closes.</summary>
    public long? IdleSince
    {
        get
        {
            lock (_gate)
                return _requests > 0 || _isClosing ? null : _idleSince;
        }
    }

    private bool HasServed
    {
        get
        {
            lock (_gate)
                return _hasServed;
        }
    }

    private bool IsServing
    {
        get
        {
            lock (_gate)
                return _requests > 0;
        }
    }

    /// <summary>Runs one request; HTTP/2 runs several at once. Its <see cref="HttpContext.RequestAborted"/> fires with
    /// the end of the connection too.</summary>
    /// <remarks>Kestrel alone does not see to that: a connection whose HTTP/2 frames it could not queue any more is
    /// closed, and the tokens of its requests do not fire (seen with .NET 10.0).</remarks>
    public async Task ServeAsync(HttpContext http, RequestDelegate respond)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, connection.ConnectionClosed);
        http.RequestAborted = gone.Token;
        lock (_gate)
            (_requests, _hasServed) = (_requests + 1, true);
        try
        {
            await respond(http);
        }
        finally
        {
            lock (_gate)
                (_requests, _idleSince) = (_requests - 1, clock.GetTimestamp());
        }
    }

    /// <summary>From now on it is not idle, but about to be closed.</summary>
    public void MarkClosing()
    {
        lock (_gate)
            _isClosing = true;
    }

    /// <summary>Closes the connection. A request that has begun meanwhile still gets its response.</summary>
    /// <param name="within">Time for a clean end. A client that has sent half of a request must not prolong it.</param>
    public async Task CloseAsync(TimeSpan within)
    {
        // Before its first request the connection may be in a handshake, which a request to close does not end.
        if (HasServed && connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
        {
            lifetime.RequestClose();
            await Task.Delay(within, clock, CancellationToken.None);
        }
        if (!IsServing)
            Abort();
    }

    /// <summary>Closes the connection whatever it does.</summary>
    public void Abort() => connection.Abort();
}
