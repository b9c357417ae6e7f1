using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>Clients that scrape once a second each, from several addresses of loopback: a client may have 10 scrapes at
/// a time.</summary>
internal sealed class Scrapers(int count)
{
    private const int PerAddress = 8;

    /// <returns>Durations in milliseconds.</returns>
    public async Task<IReadOnlyCollection<double>> RunAsync(Uri page, int seconds)
    {
        var durations = new ConcurrentQueue<double>();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            using var http = Client(new([127, 0, 77, (byte)(1 + (number / PerAddress))]));
            // Spread over the second, as those of many Prometheus servers are.
            await Task.Delay(TimeSpan.FromSeconds((double)number / count), TimeProvider.System, CancellationToken.None);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
            for (var scrape = 0; scrape < seconds; scrape++)
            {
                var began = Stopwatch.GetTimestamp();
                await http.GetByteArrayAsync(page);
                durations.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }));
        return durations;
    }

    private static HttpClient Client(IPAddress from)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", BenchSubject.Accept);
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", "gzip");
        return http;
    }
}
