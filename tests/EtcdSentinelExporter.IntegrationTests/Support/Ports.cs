using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Ports of one member. They were free when checked; another process may still take them.</summary>
internal sealed record Ports(int Client, int Peer, int Metrics)
{
    // Ports are reserved for the run: members and parallel clusters are set up before any of them listens.
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    public static Ports Free()
    {
        var found = new HashSet<int>();
        while (found.Count < 3)
            found.Add(FreePort());
        return new(found.ElementAt(0), found.ElementAt(1), found.ElementAt(2));
    }

    // Below 32768, where the range of outgoing connections begins: such a connection could block the port when a member
    // restarts. Also below 20000, where the ports of the demo begin.
    private static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(11_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                if (Taken.TryAdd(port, true))
                    return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
