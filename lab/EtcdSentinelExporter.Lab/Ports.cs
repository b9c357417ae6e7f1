using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.Lab;

/// <summary>Ports of one member. They were free when checked; another process may still take them.</summary>
internal sealed record Ports(int Client, int Peer, int Metrics)
{
    // Ports are reserved for the run: members and parallel clusters are set up before any of them listens.
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    public static Ports Free() => new(FreePort(), FreePort(), FreePort());

    /// <summary>Returns a port that is free on all IPv4 addresses.</summary>
    public static int FreePort()
    {
        while (true)
        {
            // Below 32768, where the range of outgoing connections begins: such a connection could block the port when
            // a member restarts.
            var port = RandomNumberGenerator.GetInt32(11_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                if (Taken.TryAdd(port, true))
                    return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }

    /// <summary>True if a program ended because its port was in use.</summary>
    public static bool WasTaken(string log) => File.Exists(log)
        && File.ReadAllText(log).Contains("address already in use", StringComparison.OrdinalIgnoreCase);
}
