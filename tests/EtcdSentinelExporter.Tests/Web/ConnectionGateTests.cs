using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class ConnectionGateTests
{
    [Fact]
    public async Task A_connection_that_says_nothing_is_closed_after_the_time_for_headers()
    {
        var clock = new FakeClock();
        await using var site = await RunningSite.StartAsync(
            RunningSite.Limits with { Headers = TimeSpan.FromSeconds(5) }, clock: clock);
        using var silent = await ConnectAsync(site);
        await clock.TimerAsync(clock.GetUtcNow().AddSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));

        // Ends with nothing read when the server closes; a test that hangs here has found the fault.
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task One_address_gets_only_its_share_of_the_connections()
    {
        await using var site = await RunningSite.StartAsync(RunningSite.Limits with { ConnectionsPerClient = 3 });
        using var first = await ConnectAsync(site);
        using var second = await ConnectAsync(site);
        using var third = await ConnectAsync(site);
        await AnswersAsync(first);
        await AnswersAsync(second);
        await AnswersAsync(third);

        using var fourth = await ConnectAsync(site);
        Assert.Equal(0, await fourth.ReceiveAsync(new byte[1]));

        using var elsewhere = await ConnectAsync(site, "127.0.0.2");
        await AnswersAsync(elsewhere);
    }

    [Fact]
    public async Task A_full_port_closes_the_longest_idle_connection_for_a_new_one()
    {
        var clock = new FakeClock();
        await using var site = await RunningSite.StartAsync(
            RunningSite.Limits with { Connections = 3 }, clock: clock);
        using var oldest = await ConnectAsync(site, "127.0.0.2");
        using var second = await ConnectAsync(site, "127.0.0.2");
        using var third = await ConnectAsync(site, "127.0.0.2");
        foreach (var socket in (Socket[])[second, third, oldest, third])
        {
            await AnswersAsync(socket);
            await Eventually.IsAsync(() => site.Gates[0].Idle == 3, "the server is done with it too");
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        using var probe = await ConnectAsync(site);
        await AnswersAsync(probe);

        // The second one was idle for longest: a clean end, and the others go on.
        Assert.Equal(0, await second.ReceiveAsync(new byte[1]));
        await AnswersAsync(oldest);
        await AnswersAsync(third);
    }

    [Fact]
    public async Task Half_of_a_request_does_not_keep_a_connection_that_is_closed_for_a_new_one()
    {
        var clock = new FakeClock();
        var limits = RunningSite.Limits with { Connections = 1 };
        await using var site = await RunningSite.StartAsync(limits, clock: clock);
        using var half = await ConnectAsync(site, "127.0.0.2");
        await AnswersAsync(half);
        await Eventually.IsAsync(() => site.Gates[0].Idle == 1, "the server is done with it too");
        await half.SendAsync("G"u8.ToArray());

        using var probe = await ConnectAsync(site);
        await AnswersAsync(probe);
        await clock.TimerAsync(clock.GetUtcNow() + limits.LeaveWithin);
        clock.Advance(limits.LeaveWithin);

        Assert.Equal(0, await ReceiveAsync(half));
    }

    [Fact]
    public async Task A_full_port_closes_no_connection_that_is_being_answered()
    {
        var limits = RunningSite.Limits with { Connections = 2 };
        await using var site = await RunningSite.StartAsync(limits);
        site.Publish(32 * 1024 * 1024);
        using var one = await site.HangAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        using var other = await site.HangAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(1, await one.ReceiveAsync(new byte[1]));
        Assert.Equal(1, await other.ReceiveAsync(new byte[1]));

        using var probe = await ConnectAsync(site);

        Assert.Equal(0, await probe.ReceiveAsync(new byte[1]));
        Assert.Equal(1, await one.ReceiveAsync(new byte[1]));
        Assert.Equal(1, await other.ReceiveAsync(new byte[1]));
    }

    // All IPv4 peers of such a socket have addresses of one IPv6 /64.
    [Fact]
    public async Task On_a_dual_stack_port_each_ipv4_address_is_a_client_of_its_own()
    {
        IPv6.Need();
        var limits = RunningSite.Limits with { ConnectionsPerClient = 1 };
        await using var site = await RunningSite.StartAsync(limits, new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = new Uri(site.Urls.First()).Port;
        using var first = await ConnectAsync(port, IPAddress.Parse("127.0.0.2"));
        using var second = await ConnectAsync(port, IPAddress.Parse("127.0.0.3"));
        using var third = await ConnectAsync(port, IPAddress.IPv6Loopback);
        await AnswersAsync(first);
        await AnswersAsync(second);
        await AnswersAsync(third);

        using var again = await ConnectAsync(port, IPAddress.Parse("127.0.0.2"));
        Assert.Equal(0, await again.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task On_a_dual_stack_port_each_ipv4_address_has_its_share_of_the_scrapes()
    {
        IPv6.Need();
        var limits = RunningSite.Limits with { ScrapesPerClient = 1 };
        await using var site = await RunningSite.StartAsync(limits, new IPEndPoint(IPAddress.IPv6Any, 0));
        site.Publish(32 * 1024 * 1024);
        var port = new Uri(site.Urls.First()).Port;

        using var first = await ScrapeAsync(port, "127.0.0.2");
        Assert.Equal("HTTP/1.1 200", await StatusAsync(first));
        using var again = await ScrapeAsync(port, "127.0.0.2");
        using var other = await ScrapeAsync(port, "127.0.0.3");

        Assert.Equal("HTTP/1.1 503", await StatusAsync(again));
        Assert.Equal("HTTP/1.1 200", await StatusAsync(other));
    }

    [Fact]
    public async Task One_client_cannot_take_all_connections_of_the_health_port()
    {
        var limits = RunningSite.Limits with { HealthConnections = 4, HealthConnectionsPerClient = 2 };
        await using var site = await RunningSite.StartAsync(limits, health: new IPEndPoint(IPAddress.Loopback, 0));
        var port = new Uri(site.Urls.Last()).Port;
        using var first = await ConnectAsync(port, IPAddress.Parse("127.0.0.2"));
        using var second = await ConnectAsync(port, IPAddress.Parse("127.0.0.2"));
        await AnswersAsync(first);
        await AnswersAsync(second);

        using var third = await ConnectAsync(port, IPAddress.Parse("127.0.0.2"));
        using var kubelet = await ConnectAsync(port, IPAddress.Loopback);

        Assert.Equal(0, await third.ReceiveAsync(new byte[1]));
        await AnswersAsync(kubelet);
    }

    private static Task<Socket> ConnectAsync(RunningSite site, string from = "127.0.0.1") =>
        ConnectAsync(site.Address.Port, IPAddress.Parse(from));

    private static async Task<Socket> ConnectAsync(int port, IPAddress from)
    {
        var socket = new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(
            from.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, port);
        return socket;
    }

    // A reset is also an end.
    private static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    // Takes the status and no more, so that the scrape goes on.
    private static async Task<string> StatusAsync(Socket socket)
    {
        var status = new byte[12];
        await new NetworkStream(socket).ReadExactlyAsync(status);
        return Encoding.ASCII.GetString(status);
    }

    private static async Task<Socket> ScrapeAsync(int port, string from)
    {
        var socket = await ConnectAsync(port, IPAddress.Parse(from));
        await socket.SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        return socket;
    }

    // The whole response, so that the connection is idle afterwards.
    private static async Task AnswersAsync(Socket socket)
    {
        await socket.SendAsync("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var text = "";
        var bytes = new byte[1024];
        while (!text.EndsWith("Healthy.\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(bytes);
            Assert.NotEqual(0, read);
            text += Encoding.ASCII.GetString(bytes, 0, read);
        }
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
    }
}
