using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Binds listen addresses before the host starts, so that a failure is one clear sentence.</summary>
internal static class ListenSocket
{
    /// <summary>Binds all of them or none, before anything else starts.</summary>
    /// <returns>By the very same end points: two that are equal may both ask for any free port.</returns>
    /// <exception cref="ListenFailedException">An address cannot be used.</exception>
    /// <param name="health">One more, for the health pages alone.</param>
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
