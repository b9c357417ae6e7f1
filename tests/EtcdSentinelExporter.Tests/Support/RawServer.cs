using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A TCP server that sends only what the test writes to each connection.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    // Keeps connections referenced: the garbage collector would close them, and a silent server would be gone.
    private readonly ConcurrentBag<Socket> _accepted = [];

    private RawServer() => _listener.Start();

    public EtcdEndpoint Endpoint => EtcdEndpoint.Parse($"http://{_listener.LocalEndpoint}");

    public int Connections => _accepted.Count;

    public static RawServer Start(Func<Socket, Task> serve)
    {
        var server = new RawServer();
        _ = server.AcceptAsync(serve);
        return server;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var connection in _accepted)
            connection.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptSocketAsync();
                _accepted.Add(connection);
                _ = serve(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
