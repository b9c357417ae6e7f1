using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>The server cannot listen where it was told to; the message is for the user.</summary>
internal sealed class ListenFailedException : Exception
{
    public ListenFailedException() { }

    public ListenFailedException(string message) : base(message) { }

    public ListenFailedException(string message, Exception? cause) : base(message, cause) { }

    public ListenFailedException(EndPoint where, string reason, Exception? cause = null)
        : this($"cannot listen on {Name(where)}: {reason}", cause) { }

    public static ListenFailedException From(EndPoint where, SocketException e) => new(where, Reason(where, e), e);

    private static string Reason(EndPoint where, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable when where is UnixDomainSocketEndPoint =>
            "its folder does not exist; create it, or choose another path.",
        SocketError.AddressAlreadyInUse => "another program listens there; stop it, or choose another address.",
        SocketError.AccessDenied =>
            "not allowed for this user; choose a port above 1023 or a folder that may be written.",
        SocketError.AddressNotAvailable =>
            "this machine has no such address; choose one that it has, or :10379 for all.",
        SocketError.AddressFamilyNotSupported => "this machine does not have that kind of address; try 0.0.0.0.",
        _ => $"{e.Message}.",
    };

    private static string Name(EndPoint where) => where switch
    {
        UnixDomainSocketEndPoint unix => $"unix:{unix}",
        _ => where.ToString() ?? "",
    };
}
