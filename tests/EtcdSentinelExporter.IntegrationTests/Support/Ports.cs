using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Where one member listens. Free when looked at; another process may be faster.</summary>
internal sealed record Ports(int Client, int Peer, int Metrics)
{
    // Members of one cluster, and clusters side by side, are set up before any of them listens.
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    public static Ports Free()
    {
        var found = new HashSet<int>();
        while (found.Count < 3)
            found.Add(FreePort());
        return new(found.ElementAt(0), found.ElementAt(1), found.ElementAt(2));
    }

    // Below 32768, from where on the kernel takes the ports of outgoing connections: one of those could be in the way
    // when a member comes back. Below 20000 as well, where the demo starts.
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
