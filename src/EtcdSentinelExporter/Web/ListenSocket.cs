using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Binds one address, and says plainly why where it cannot.</summary>
internal static class ListenSocket
{
    // errno ENXIO: what open(2) says of a socket, and of nothing else that has a path there.
    private const int NoSuchDeviceOrAddress = 6;

    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

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

    private static Socket Bind(EndPoint where, string setting)
    {
        try
        {
            return Bind(where);
        }
        catch (ListenFailedException e)
        {
            throw new ListenFailedException($"{setting}: {e.Message}", e);
        }
    }

    private static Socket Bind(EndPoint where)
    {
        try
        {
            if (where is UnixDomainSocketEndPoint unix)
                RemoveStale(unix);
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(where);
            // Before anybody can connect: that takes listen(2), which comes later.
            if (where is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(where.ToString()!, OwnerAndGroup);
            return socket;
        }
        catch (SocketException e)
        {
            throw ListenFailedException.From(where, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ListenFailedException(where, e.Message, e);
        }
    }

    // A killed process leaves its socket file behind, and bind(2) fails for as long as it is there.
    private static void RemoveStale(UnixDomainSocketEndPoint where)
    {
        var path = where.ToString()!;
        if (!File.Exists(path))
            return;
        if (!IsSocket(path))
        {
            throw new ListenFailedException(where,
                "the path is taken by a file that is no socket; choose another path.");
        }
        if (HasListener(where))
            throw ListenFailedException.From(where, new SocketException((int)SocketError.AddressAlreadyInUse));
        File.Delete(path);
    }

    private static bool IsSocket(string path)
    {
        try
        {
            // Reading and writing, because opening a FIFO for reading alone would wait for a writer.
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException e) when (e.HResult == NoSuchDeviceOrAddress)
        {
            return true;
        }
    }

    private static bool HasListener(UnixDomainSocketEndPoint where)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(where);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
