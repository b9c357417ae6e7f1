using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class ConnectionGateTests
{
    [Fact]
    public async Task A_connection_that_says_nothing_is_closed_after_the_time_for_headers()
    {
        await using var site = await RunningSite.StartAsync(new() { Headers = TimeSpan.FromMilliseconds(200) });
        using var silent = await ConnectAsync(site);

        // Ends with nothing read when the server closes; a test that hangs here has found the fault.
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task One_address_gets_only_its_share_of_the_connections()
    {
        await using var site = await RunningSite.StartAsync(new() { ConnectionsOfOne = 3 });
        using var first = await ConnectAsync(site);
        using var second = await ConnectAsync(site);
        using var third = await ConnectAsync(site);
        await AnswersAsync(first);
        await AnswersAsync(second);
        await AnswersAsync(third);

        using var fourth = await ConnectAsync(site);
        Assert.Equal(0, await fourth.ReceiveAsync(new byte[1]));

        using var elsewhere = await ConnectAsync(site, IPAddress.Parse("127.0.0.2"));
        await AnswersAsync(elsewhere);
    }

    private static async Task<Socket> ConnectAsync(RunningSite site, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from ?? IPAddress.Loopback, 0));
        await socket.ConnectAsync(IPAddress.Loopback, site.Address.Port);
        return socket;
    }

    private static async Task AnswersAsync(Socket socket)
    {
        await socket.SendAsync("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var answer = new byte[12];
        Assert.True(await socket.ReceiveAsync(answer) > 0);
        Assert.StartsWith("HTTP/1.1 200", System.Text.Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
    }
}
