using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Binds listen addresses before the host starts, so that a failure is one clear error message.</summary>
internal static class ListenSocket
{
    /// <summary>Binds all addresses or none.</summary>
    /// <returns>The sockets by end point, compared by reference: two equal end points may both request any free
    /// port.</returns>
    /// <exception cref="ListenFailedException">An address cannot be used.</exception>
    /// <param name="health">Additional address, for the health pages only.</param>
    public static IReadOnlyDictionary<EndPoint, Socket> BindAll(
        IEnumerable<EndPoint> addresses, EndPoint? health = null)
    {
        var sockets = new Dictionary<EndPoint, Socket>(ReferenceEqualityComparer.Instance);
        try
        {
            foreach (var address in addresses)
                sockets.Add(address, Bind(address, "web.listen-address"));
            if (health is not null)
                sockets.Add(health, Bind(health, "web.health-listen-address"));
            return sockets;
        }
        catch (ListenFailedException)
        {
            foreach (var socket in sockets.Values)
                socket.Dispose();
            throw;
        }
    }

    private static Socket Bind(EndPoint address, string setting)
    {
        try
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(address);
        }
        catch (SocketException e)
        {
            throw new ListenFailedException(setting, address, e);
        }
    }
}
