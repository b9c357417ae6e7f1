using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EtcdSentinelExporter.Web;

/// <summary>Tracks the requests of one open connection. A feature of the connection and of its requests.</summary>
internal sealed class OpenConnection(ConnectionContext connection, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _requests;
    private bool _hasServed;
    private bool _isClosing;
    private long _idleSince = clock.GetTimestamp();

    /// <summary>Timestamp of the clock since which no request runs; null while a request runs or the connection is
    /// closing.</summary>
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

    /// <summary>Runs one request; HTTP/2 runs several concurrently. Also cancels
    /// <see cref="HttpContext.RequestAborted"/> at the end of the connection.</summary>
    /// <remarks>Kestrel does not always cancel it: if it can queue no more HTTP/2 frames it closes the connection, but
    /// not the tokens of its requests (observed with .NET 10.0).</remarks>
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

    /// <summary>Marks the connection as closing; it is no longer idle.</summary>
    public void MarkClosing()
    {
        lock (_gate)
            _isClosing = true;
    }

    /// <summary>Closes the connection. A request that started meanwhile still gets its response.</summary>
    /// <param name="within">Timeout of a graceful close. A client that has sent half of a request must not extend
    /// it.</param>
    public async Task CloseAsync(TimeSpan within)
    {
        // Before its first request the connection may be in a TLS handshake, which RequestClose does not end.
        if (HasServed && connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
        {
            lifetime.RequestClose();
            await Task.Delay(within, clock, CancellationToken.None);
        }
        if (!IsServing)
            Abort();
    }

    /// <summary>Closes the connection immediately, idle or busy.</summary>
    public void Abort() => connection.Abort();
}
