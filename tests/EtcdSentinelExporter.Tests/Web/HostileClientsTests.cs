using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

/// <summary>What one bad client, or a thousand, can do: never more than be turned away.</summary>
public sealed class HostileClientsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_connections_of_one_address_block_neither_health_nor_a_scrape_from_another(bool tls)
    {
        var limits = RunningSite.Limits with { Connections = 60, ConnectionsPerClient = 20 };
        await using var secured = await SecuredSite.StartAsync(
            tls ? SecuredSite.Tls : "", limits, new IPEndPoint(IPAddress.Loopback, 0));
        var crowd = new List<Socket>();
        for (var i = 0; i < 100; i++)
            crowd.Add(await ConnectAsync(secured, IPAddress.Parse("127.0.0.3")));

        using var client = new HttpClient { BaseAddress = new(secured.Site.Urls.Last()) };
        Assert.Equal("Healthy.\n", await client.GetStringAsync(new Uri("/-/healthy", UriKind.Relative)));
        Assert.Equal(200, await secured.StatusAsync());
        await Eventually.IsAsync(
            () => crowd.Count(IsClosed) >= 100 - limits.ConnectionsPerClient, "the rest is turned away");
        crowd.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Many_silent_addresses_together_get_no_more_than_all_may_have_and_keep_nobody_out()
    {
        await using var secured = await SecuredSite.StartAsync(
            "", RunningSite.Limits with { Connections = 20, ConnectionsPerClient = 5 },
            new IPEndPoint(IPAddress.Loopback, 0));
        var crowd = new List<Socket>();
        for (var i = 0; i < 50; i++)
            crowd.Add(await ConnectAsync(secured, IPAddress.Parse($"127.0.1.{i + 1}")));

        // Now all have come in, so that none of them takes the place of the request below.
        await Eventually.IsAsync(() => crowd.Count(IsClosed) >= 30, "the others are closed");
        using var client = new HttpClient { BaseAddress = new(secured.Site.Urls.Last()) };
        Assert.Equal("Healthy.\n", await client.GetStringAsync(new Uri("/-/healthy", UriKind.Relative)));
        Assert.Equal(200, await secured.StatusAsync());
        crowd.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_client_that_reads_slower_than_the_floor_is_cut_off()
    {
        const int bytes = 32 * 1024 * 1024;
        var limits = RunningSite.Limits with
        {
            Scrapes = 1,
            SlowFor = TimeSpan.FromSeconds(3),
            BytesPerSecond = 1e9,
        };
        await using var site = await RunningSite.StartAsync(limits);
        site.Publish(bytes);
        using var slow = await site.HangAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        await slow.ReceiveAsync(new byte[1]);

        await Eventually.IsAsync(() => IsServedAsync(site), "the slow one has lost its place");

        // It holds the only place until it is cut off: what it gets is not the whole page.
        Assert.InRange(await ReadToEndAsync(slow), 0, bytes - 1);
    }

    [Fact]
    public async Task A_client_that_sends_its_headers_byte_by_byte_is_dropped()
    {
        await using var site = await RunningSite.StartAsync(
            RunningSite.Limits with { Headers = TimeSpan.FromSeconds(1) });
        using var slow = await site.HangAsync("GET / HTTP/1.1\r\nHost: x\r\nX: ");

        // A byte at each look: without the limit on time, that on the size of headers answers much later, with 431.
        await Eventually.IsAsync(
            async () => slow.Available > 0 || await slow.SendAsync("x"u8.ToArray()) != 1, "the server answers");

        var answer = new byte["HTTP/1.1 408".Length];
        await slow.ReceiveAsync(answer);
        Assert.Equal("HTTP/1.1 408", Encoding.ASCII.GetString(answer));
    }

    private static async Task<long> ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[1 << 16];
        var all = 0L;
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var read)
                all += read;
        }
        catch (SocketException)
        {
            // A reset is also an end.
        }
        return all;
    }

    private static async Task<bool> IsServedAsync(RunningSite site)
    {
        using var answer = await site.SendAsync(HttpMethod.Head, "/metrics");
        return answer.IsSuccessStatusCode;
    }

    private static async Task<Socket> ConnectAsync(SecuredSite secured, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, secured.Site.Address.Port);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // The server closed it again before this thread looked.
        }
        return socket;
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
