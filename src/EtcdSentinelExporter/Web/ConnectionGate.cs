using System.Net;
using EtcdSentinelExporter.Web.Config;
using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Limits open connections, in total and per client, and the time to the first byte.</summary>
/// <remarks>Kestrel does not limit connections per address, and allows a new one its keep-alive timeout for the first
/// byte. A few hundred silent connections would block scrapes and health checks for minutes.</remarks>
/// <param name="max">Open connections in total. Above it the longest idle one is closed for a new one; while all are
/// busy, new ones are refused.</param>
/// <param name="maxPerClient">Open connections per client; further ones are refused.</param>
/// <param name="firstByteWithin">Timeout of the first byte of a new connection.</param>
/// <param name="leaveWithin">Timeout for the server to finish a closed connection.</param>
internal sealed class ConnectionGate(
    int max, int maxPerClient, TimeSpan firstByteWithin, TimeSpan leaveWithin, TimeProvider clock)
{
    /// <summary>Connections allowed above the limit while others are closing.</summary>
    public const int MaxClosing = 32;

    private readonly KeyedCounter<ClientKey> _perClient = new();
    private readonly HashSet<OpenConnection> _open = [];
    private readonly Lock _gate = new();

    /// <summary>Number of open connections that could be closed for new ones.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
                return _open.Count(connection => connection.IdleSince is not null);
        }
    }

    /// <summary>Middleware in front of the HTTP server; the connection ends when it returns.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var client = ClientKey.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        try
        {
            if (_perClient.Enter(client) <= maxPerClient)
                await LimitTotalAsync(connection, next);
        }
        finally
        {
            _perClient.Leave(client);
        }
    };

    /// <summary>Aborts every connection, idle or busy.</summary>
    public void AbortAll()
    {
        OpenConnection[] all;
        lock (_gate)
            all = [.. _open];
        foreach (var connection in all)
            connection.Abort();
    }

    private async Task LimitTotalAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var entry = new OpenConnection(connection, clock);
        connection.Features.Set(entry);
        if (!TryEnter(entry))
            return;
        try
        {
            if (await HasFirstByteAsync(connection))
                await ServeAsync(connection, next);
        }
        finally
        {
            lock (_gate)
                _open.Remove(entry);
        }
    }

    // A closed connection ends even if the server still waits for something: with HTTP/2 that may be forever.
    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var serving = next(connection);
        try
        {
            await serving.WaitAsync(connection.ConnectionClosed);
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            await Task.WhenAny(serving, Task.Delay(leaveWithin, clock, CancellationToken.None));
        }
    }

    private bool TryEnter(OpenConnection entry)
    {
        OpenConnection? idle = null;
        lock (_gate)
        {
            if (_open.Count >= max)
            {
                idle = _open.Count < max + MaxClosing ? OldestIdle() : null;
                if (idle is null)
                    return false;
                // Inside the lock, so that no other new connection takes the same place.
                idle.MarkClosing();
            }
            _open.Add(entry);
        }
        _ = idle?.CloseAsync(leaveWithin);
        return true;
    }

    private OpenConnection? OldestIdle() => _open
        .Select(connection => (Connection: connection, Since: connection.IdleSince))
        .Where(entry => entry.Since is not null)
        .MinBy(entry => entry.Since!.Value)
        .Connection;

    private async Task<bool> HasFirstByteAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(firstByteWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        try
        {
            var first = await connection.Transport.Input.ReadAsync(either.Token);
            // Not marked as examined: the server reads the same bytes next.
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            return !first.Buffer.IsEmpty;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
