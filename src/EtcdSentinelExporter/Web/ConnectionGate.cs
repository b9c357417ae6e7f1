using System.Net;
using EtcdSentinelExporter.Web.Config;
using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Limits open connections, in all and for each client, and the time to a first byte.</summary>
/// <remarks>Kestrel counts no connections by address, and gives a new one its keep-alive time to send a first byte: a
/// few hundred silent ones would keep scrapes and health checks out for minutes.</remarks>
/// <param name="max">Open connections in all. Beyond it the longest idle one is closed for a new one; while all are
/// busy, new ones are refused.</param>
/// <param name="maxOfOne">Open connections of one client; further ones are refused.</param>
/// <param name="firstByteWithin">Time to the first byte of a new connection.</param>
/// <param name="leaveWithin">Time for the server to be done with a closed connection.</param>
internal sealed class ConnectionGate(
    int max, int maxOfOne, TimeSpan firstByteWithin, TimeSpan leaveWithin, TimeProvider clock)
{
    /// <summary>Connections that may be closing beyond the limit: they leave a moment later.</summary>
    public const int MaxClosing = 32;

    private readonly KeyedCounter<ClientKey> _ofOne = new();
    private readonly HashSet<OpenConnection> _open = [];
    private readonly Lock _gate = new();

    /// <summary>Open connections that could be closed for new ones.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
                return _open.Count(one => one.IdleSince is not null);
        }
    }

    /// <summary>Stands before the HTTP server; to return ends the connection.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var client = ClientKey.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        try
        {
            if (_ofOne.Enter(client) <= maxOfOne)
                await OneOfAllAsync(connection, next);
        }
        finally
        {
            _ofOne.Leave(client);
        }
    };

    /// <summary>Ends every connection, whatever it does.</summary>
    public void AbortAll()
    {
        OpenConnection[] all;
        lock (_gate)
            all = [.. _open];
        foreach (var one in all)
            one.Abort();
    }

    private async Task OneOfAllAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var entry = new OpenConnection(connection, clock);
        connection.Features.Set(entry);
        if (!TryEnter(entry))
            return;
        try
        {
            if (await SpeaksAsync(connection))
                await ServeAsync(connection, next);
        }
        finally
        {
            lock (_gate)
                _open.Remove(entry);
        }
    }

    // A closed connection leaves, whatever the server still waits for: with HTTP/2 it may be for ever.
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
                // Within the lock, so that no other newcomer takes the same place.
                idle.MarkClosing();
            }
            _open.Add(entry);
        }
        _ = idle?.CloseAsync(leaveWithin);
        return true;
    }

    private OpenConnection? OldestIdle() => _open
        .Select(one => (Connection: one, Since: one.IdleSince))
        .Where(one => one.Since is not null)
        .MinBy(one => one.Since!.Value)
        .Connection;

    private async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(firstByteWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        try
        {
            var first = await connection.Transport.Input.ReadAsync(either.Token);
            // Not examined: the server reads the same bytes at once.
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            return !first.Buffer.IsEmpty;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
