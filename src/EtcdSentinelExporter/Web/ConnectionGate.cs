using System.Net;
using EtcdSentinelExporter.WebConfig;
using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Turns away connections that only take up room.</summary>
/// <remarks>Kestrel gives a new connection its keep-alive time to send a first byte: a few hundred that say nothing
/// would take the place of health checks for minutes.</remarks>
/// <param name="most">Connections through this gate, of everybody together.</param>
internal sealed class ConnectionGate(WebLimits limits, int most, TimeProvider clock)
{
    private readonly Headcount<IPAddress> _open = new();
    private int _all;

    /// <summary>Stands before the HTTP server; to return ends the connection.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _all) <= most)
                await OneOfManyAsync(connection, next);
        }
        finally
        {
            Interlocked.Decrement(ref _all);
        }
    };

    private async Task OneOfManyAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // A Unix socket has no address, and its file's mode says who may connect.
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address })
        {
            await PassAsync(connection, next);
            return;
        }
        try
        {
            if (_open.Enter(address) <= limits.ConnectionsOfOne)
                await PassAsync(connection, next);
        }
        finally
        {
            _open.Leave(address);
        }
    }

    private async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await SpeaksAsync(connection))
            await next(connection);
    }

    private async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(limits.Headers, clock);
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
