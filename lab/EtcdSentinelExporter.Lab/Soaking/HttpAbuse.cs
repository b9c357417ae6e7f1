using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Clients that do not behave, from addresses of loopback that the scrapes do not use.</summary>
internal sealed class HttpAbuse(Uri address)
{
    private const string Get = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

    // A client has 64 connections: three of these addresses leave room for the scrapes.
    private const int Addresses = 3;

    public ImmutableArray<SoakFault> All =>
    [
        new("half requests", (random, stop) => HoldAsync(random, 20, "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Y", stop)),
        new("idle connections", (random, stop) => HoldAsync(random, 150, "", stop)),
        new("slow readers", (random, stop) => ReadSlowlyAsync(random, stop)),
        new("garbage", GarbageAsync),
        new("requests too large", (random, stop) => SendAsync(
            random, 10, $"GET /{new string('a', 20_000)} HTTP/1.1\r\nX: {new string('b', 60_000)}\r\n\r\n", stop)),
        new("answers not read", (random, stop) => SendAsync(random, 100, Get, stop)),
        new("many requests", FloodAsync),
    ];

    private async Task HoldAsync(Random random, int count, string text, CancellationToken stop)
    {
        var from = From(random);
        var sockets = new List<Socket>();
        for (var number = 0; number < count && !stop.IsCancellationRequested; number++)
            sockets.Add(await OpenAsync(from, text));
        await SoakPause.BetweenAsync(random, 1, 8, stop);
        sockets.ForEach(Drop);
    }

    private async Task ReadSlowlyAsync(Random random, CancellationToken stop)
    {
        var from = From(random);
        var one = new byte[1];
        var sockets = new List<Socket>();
        for (var number = 0; number < 8; number++)
            sockets.Add(await OpenAsync(from, Get, receiveBuffer: 2048));
        for (var round = random.Next(5, 80); round > 0 && !stop.IsCancellationRequested; round--)
        {
            foreach (var socket in sockets.Where(socket => socket is { Connected: true, Available: > 0 }))
                await TryAsync(async () => await socket.ReceiveAsync(one));
            await SoakPause.ForAsync(TimeSpan.FromMilliseconds(100), stop);
        }
        sockets.ForEach(Drop);
    }

    private Task GarbageAsync(Random random, CancellationToken stop)
    {
        var bytes = new byte[random.Next(1, 4000)];
        random.NextBytes(bytes);
        return SendAsync(random, 20, Encoding.Latin1.GetString(bytes), stop);
    }

    // Each sends, and closes without reading.
    private async Task SendAsync(Random random, int count, string text, CancellationToken stop)
    {
        var from = From(random);
        for (var number = 0; number < count && !stop.IsCancellationRequested; number++)
            Drop(await OpenAsync(from, text));
    }

    // One after the other over a few connections, for a second.
    private async Task FloodAsync(Random random, CancellationToken stop)
    {
        var from = From(random);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, _) => new NetworkStream(await OpenAsync(from, ""), ownsSocket: true),
        });
        var until = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (TimeProvider.System.GetUtcNow() < until && !stop.IsCancellationRequested)
                await TryAsync(() => client.GetByteArrayAsync(new Uri(address, "metrics"), CancellationToken.None));
        }));
    }

    private static IPAddress From(Random random) => new([127, 0, 66, (byte)(1 + random.Next(Addresses))]);

    // A refused connection is an answer, too.
    private async Task<Socket> OpenAsync(IPAddress from, string text, int receiveBuffer = 65_536)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = receiveBuffer,
        };
        await TryAsync(async () =>
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
            await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        });
        return socket;
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        }
        catch (Exception e) when (e is SocketException or IOException or HttpRequestException or TimeoutException
            or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    // With RST where something was not read.
    private static void Drop(Socket socket) => socket.Dispose();
}
