using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>The server cannot listen on an address. The message is shown to the user.</summary>
internal sealed class ListenFailedException : Exception
{
    public ListenFailedException() { }

    public ListenFailedException(string message) : base(message) { }

    public ListenFailedException(string message, Exception? cause) : base(message, cause) { }

    /// <param name="setting">Key of the setting with the address.</param>
    public ListenFailedException(string setting, EndPoint address, SocketException cause)
        : this($"{setting}: cannot listen on {address}: {Reason(cause)}", cause) { }

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
