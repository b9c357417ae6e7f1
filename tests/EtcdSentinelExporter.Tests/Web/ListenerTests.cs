using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class ListenerTests
{
    private const int BeyondAllBuffers = 32 * 1024 * 1024;
    private const string Scrape = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task Headers_that_are_too_large_are_refused()
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {new string('x', 20_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_line_that_is_too_long_is_refused()
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET /{new string('x', 5000)} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_never_ends_its_headers_is_dropped()
    {
        // The server measures this one by itself, from the first byte on. The wait for that byte is on a fake clock.
        await using var site = await RunningSite.StartAsync(
            RunningSite.Limits with { Headers = TimeSpan.FromSeconds(1) });

        var answer = await site.RawAsync("GET / HTTP/1.1\r\nHost: x\r\n");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_that_hang_block_neither_health_nor_the_answer_that_there_are_too_many()
    {
        var limits = RunningSite.Limits with { ScrapesPerClient = 40 };
        await using var site = await RunningSite.StartAsync(limits);
        site.Publish(BeyondAllBuffers);
        var hanging = await HangAsync(site, 40);

        var refused = await site.RawAsync("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        using var healthy = await site.SendAsync(HttpMethod.Get, "/-/healthy");

        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        hanging.ForEach(socket => socket.Dispose());
        await Eventually.IsAsync(
            () => site.Responses.Metrics.Available == limits.Scrapes, "the limit is back after the clients have gone");
    }

    [Fact]
    public async Task The_server_does_not_wait_for_a_scrape_that_hangs()
    {
        // This scrape would never end by itself.
        await using var site = await RunningSite.StartAsync(RunningSite.Limits with { SlowFor = TimeSpan.FromDays(1) });
        site.Publish(BeyondAllBuffers);
        var hanging = await HangAsync(site, 1);

        await Eventually.EndsAsync(site.StopAsync());

        hanging.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Responses_that_hang_end_when_the_time_to_stop_is_over()
    {
        await using var site = await RunningSite.StartAsync();
        site.Publish(BeyondAllBuffers);
        var hanging = await HangAsync(site, 2);

        site.Gates[0].AbortAll();

        foreach (var socket in hanging)
            Assert.True(await BytesUntilClosedAsync(socket) < BeyondAllBuffers);
        await Eventually.IsAsync(
            () => site.Responses.Metrics.Available == RunningSite.Limits.Scrapes, "the limit is back");
    }

    [Fact]
    public async Task An_address_in_use_is_one_sentence()
    {
        await using var site = await RunningSite.StartAsync();

        var e = Assert.Throws<ListenFailedException>(() =>
            ListenSocket.BindAll([new IPEndPoint(IPAddress.Loopback, site.Address.Port)]));

        Assert.Equal(
            $"web.listen-address: cannot listen on 127.0.0.1:{site.Address.Port}: address already in use; "
            + "stop the other program, or choose another address.",
            e.Message);
    }

    private static async Task<int> BytesUntilClosedAsync(Socket socket)
    {
        using (socket)
        {
            var (all, bytes) = (0, new byte[64 * 1024]);
            try
            {
                while (await socket.ReceiveAsync(bytes) is > 0 and var read)
                    all += read;
            }
            catch (SocketException)
            {
                // A reset is also an end.
            }
            return all;
        }
    }

    // One byte of the answer says that the request counts as running.
    private static async Task<List<Socket>> HangAsync(RunningSite site, int many)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < many; i++)
        {
            sockets.Add(await site.HangAsync(Scrape));
            Assert.Equal(1, await sockets[^1].ReceiveAsync(new byte[1]));
        }
        return sockets;
    }
}
