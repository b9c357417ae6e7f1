using System.Net.Http.Headers;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public class MetricsPageClientTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task A_page_is_read_from_a_plain_server()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
            context.Response.WriteAsync("up 1\n"), HttpProtocols.Http1);
        using var client = Client();

        Assert.Equal("up 1\n", await client.GetAsync(server.Endpoint.Address, TextAsync, default));
    }

    [Fact]
    public async Task A_page_is_read_over_TLS_with_our_certificate()
    {
        var root = TestCertificate.Root("root");
        await using var server = await FakeEtcd.StartSecureAsync(
            context => context.Response.WriteAsync(context.Connection.ClientCertificate?.Subject ?? "nobody"),
            tls =>
            {
                tls.ServerCertificate = root.Issue("127.0.0.1").Certificate;
                tls.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                tls.AllowAnyClientCertificate();
            });
        using var source = TestFiles.Of(root, root.Issue("client")).Source(TimeProvider.System);
        using var client = Client(tls: source);

        Assert.Equal("CN=client", await client.GetAsync(server.Endpoint.Address, TextAsync, default));
    }

    [Fact]
    public async Task Another_status_than_200_is_said()
    {
        await using var server = await FakeEtcd.StartAsync(
            context =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            },
            HttpProtocols.Http1);
        using var client = Client();

        var error = await FailAsync(client, server);

        Assert.Equal((EtcdReason.HttpStatus, 503), (error.Reason, error.HttpStatus));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_page_larger_than_allowed_is_refused(int bytes, bool allowed)
    {
        await using var server = await FakeEtcd.StartAsync(context =>
            context.Response.WriteAsync(new('x', bytes)), HttpProtocols.Http1);
        using var client = Client(largestPage: 100);

        if (allowed)
            Assert.Equal(bytes, (await client.GetAsync(server.Endpoint.Address, TextAsync, default)).Length);
        else
            Assert.Equal(EtcdReason.TooLarge, (await FailAsync(client, server)).Reason);
    }

    [Fact]
    public async Task A_page_that_does_not_come_to_its_end_in_time_is_a_timeout()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("half a p");
                arrived.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            },
            HttpProtocols.Http1);
        using var client = Client();

        var page = client.GetAsync(server.Endpoint.Address, TextAsync, default);
        await arrived.Task;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(EtcdReason.Timeout, (await Assert.ThrowsAsync<EtcdException>(() => page)).Reason);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_told_so_and_not_of_a_failure()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await FakeEtcd.StartAsync(
            async context =>
            {
                arrived.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            },
            HttpProtocols.Http1);
        using var client = Client();
        using var caller = new CancellationTokenSource();

        var page = client.GetAsync(server.Endpoint.Address, TextAsync, caller.Token);
        await arrived.Task;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => page);
    }

    [Fact]
    public async Task What_the_reader_throws_is_passed_on()
    {
        await using var server = await FakeEtcd.StartAsync(context =>
            context.Response.WriteAsync("x"), HttpProtocols.Http1);
        using var client = Client();

        await Assert.ThrowsAsync<FormatException>(
            () => client.GetAsync<int>(
                server.Endpoint.Address, (_, _, _) => throw new FormatException("no page"), default));
    }

    private static async Task<string> TextAsync(
        Stream page, HttpContentHeaders headers, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(page);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static Task<EtcdException> FailAsync(MetricsPageClient client, FakeEtcd server) =>
        Assert.ThrowsAsync<EtcdException>(() => client.GetAsync(server.Endpoint.Address, TextAsync, default));

    private MetricsPageClient Client(TlsIdentitySource? tls = null, long largestPage = 1000) =>
        new(tls, EtcdTimeouts.Default with { Connect = Patience.Limit },
            new PageAllowance(TimeSpan.FromSeconds(5), largestPage, Connections: 1), _clock);
}
