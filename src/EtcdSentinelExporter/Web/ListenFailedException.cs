using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>The server cannot listen on an address; the message is for the user.</summary>
internal sealed class ListenFailedException : Exception
{
    public ListenFailedException() { }

    public ListenFailedException(string message) : base(message) { }

    public ListenFailedException(string message, Exception? cause) : base(message, cause) { }

    /// <param name="setting">The key of the setting that names the address.</param>
    public ListenFailedException(string setting, EndPoint address, SocketException cause)
        : this($"{setting}: cannot listen on {address}: {Reason(cause)}", cause) { }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "another program listens there; stop it, or choose another address.",
        SocketError.AccessDenied => "not allowed for this user; choose a port above 1023.",
        SocketError.AddressNotAvailable =>
            "this machine has no such address; choose one that it has, or :10379 for all.",
        SocketError.AddressFamilyNotSupported => "this machine does not have that kind of address; try 0.0.0.0.",
        _ => $"{e.Message}.",
    };
}
