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

/// <summary>The server cannot listen on an address. The message is shown to the user.</summary>
/// <param name="setting">Key of the setting with the address.</param>
internal sealed class ListenFailedException(string setting, EndPoint address, SocketException cause)
    : Exception($"{setting}: cannot listen on {address}: {Reason(cause)}", cause)
{
    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "address already in use; stop the other program, or choose another address.",
        SocketError.AccessDenied => "permission denied; choose a port above 1023.",
        SocketError.AddressNotAvailable =>
            "address not available on this machine; choose one of its addresses, or :10379 for all.",
        SocketError.AddressFamilyNotSupported => "address family not supported on this machine; try 0.0.0.0.",
        _ => $"{e.Message}.",
    };
}
