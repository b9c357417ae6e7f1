using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Forwards TLS connections to a server on the loopback interface, and records which resume a
/// session.</summary>
/// <remarks>Supports only TLS 1.3, where the ServerHello shows it.</remarks>
internal sealed class TlsTap : IDisposable
{
    private const int RecordHeader = 5;
    private const int SessionIdLength = 38;
    private const int PreSharedKey = 41;

    private readonly ConcurrentQueue<bool> _resumed = new();
    private readonly RawServer _clients;
    private readonly int _server;

    public TlsTap(int server) => (_server, _clients) = (server, RawServer.Start(PassAsync));

    public int Port => _clients.Endpoint.Address.Port;

    /// <summary>True for each connection that resumed a session, in order.</summary>
    public IEnumerable<bool> Resumed => _resumed;

    public void Dispose() => _clients.Dispose();

    private async Task PassAsync(Socket socket)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(IPAddress.Loopback, _server);
        await using var near = new NetworkStream(socket);
        await using var far = new NetworkStream(server);
        await Task.WhenAll(CopyAsync(near, far), AnswerAsync(far, near));
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client)
    {
        var header = new byte[RecordHeader];
        await server.ReadExactlyAsync(header);
        var hello = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(RecordHeader - sizeof(ushort)))];
        await server.ReadExactlyAsync(hello);
        _resumed.Enqueue(IsResumed(hello));
        await client.WriteAsync((byte[])[.. header, .. hello]);
        await CopyAsync(server, client);
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        await from.CopyToAsync(to);
        to.Socket.Shutdown(SocketShutdown.Send);
    }

    // ServerHello of RFC 8446: after the session id follow suite, compression, and the length of the extensions.
    private static bool IsResumed(ReadOnlySpan<byte> hello)
    {
        var rest = hello[(SessionIdLength + 1 + hello[SessionIdLength] + 5)..];
        while (!rest.IsEmpty && BinaryPrimitives.ReadUInt16BigEndian(rest) != PreSharedKey)
            rest = rest[(4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..];
        return !rest.IsEmpty;
    }
}
