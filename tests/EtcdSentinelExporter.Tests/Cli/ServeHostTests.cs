using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class ServeHostTests
{
    [Fact]
    public async Task It_is_ready_when_the_first_poll_of_members_is_over_failed_or_not()
    {
        var members = new Slow("members");
        await using var host = Build(members);
        await host.App.StartAsync();
        using var client = new HttpClient { BaseAddress = new(host.App.Urls.First()) };
        var ready = new Uri("/-/ready", UriKind.Relative);
        await members.Started;

        using var before = await client.GetAsync(ready);
        members.Fail();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        // The poll is posted by another thread.
        await Eventually.IsAsync(() => IsOkAsync(client, ready), "it is ready");
    }

    [Fact]
    public async Task It_stops_in_the_middle_of_a_poll_and_gives_scrapes_three_seconds()
    {
        var collector = new Slow("slow");
        await using var host = Build(collector);
        var options = host.App.Services.GetRequiredService<IOptions<HostOptions>>();
        await host.App.StartAsync();
        await collector.Started;

        await Eventually.EndsAsync(host.App.StopAsync());

        Assert.False(host.HasFailed);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Value.ShutdownTimeout);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_found_before_anything_polls()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var members = new Slow("members");

        await Assert.ThrowsAsync<ListenFailedException>(async () =>
        {
            await using var host = Build(members, listen: $"{taken.LocalEndpoint}");
            await host.App.StartAsync();
        });

        Assert.False(members.Started.IsCompleted);
    }

    [Fact]
    public async Task The_server_cuts_off_clients_that_read_less_than_16_KiB_per_second()
    {
        await using var host = Build(new Slow("members"));
        var options = host.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>();

        Assert.Equal(16 * 1024, options.Value.Limits.MinResponseDataRate?.BytesPerSecond);
    }

    private static async Task<bool> IsOkAsync(HttpClient client, Uri page)
    {
        using var response = await client.GetAsync(page);
        return response.StatusCode is HttpStatusCode.OK;
    }

    // A place that never comes back: nothing is served, and no response ends.
    [Fact]
    public async Task It_is_unhealthy_when_its_own_page_is_stuck_for_five_minutes()
    {
        var clock = new FakeClock();
        using var responses = new ResponseLimits(new WebLimits());
        await using var host = Build(new Slow("members"), clock, responses);
        await host.App.StartAsync();
        using var client = new HttpClient { BaseAddress = new(host.App.Urls.First()) };
        var healthy = new Uri("/-/healthy", UriKind.Relative);
        Assert.True(await IsOkAsync(client, healthy));

        for (var n = 0; n < 40; n++)
        {
            var http = new DefaultHttpContext();
            http.Connection.RemoteIpAddress = IPAddress.Parse($"10.0.0.{n}");
            _ = responses.Metrics.ServeAsync(http, () => new TaskCompletionSource().Task);
        }

        await Eventually.IsAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return !await IsOkAsync(client, healthy);
            },
            "the health page says so");
    }

    private static ServeHost Build(
        Collector collector, FakeClock? clock = null, ResponseLimits? responses = null, string listen = "127.0.0.1:0")
    {
        var given = new[] { new RawSetting("web.listen-address", listen, "a test") };
        var settings = new SettingValues(given.ToLookup(one => one.Key, StringComparer.Ordinal));
        var outside = new CommandContext(
            TextWriter.Null,
            TextWriter.Null,
            new Dictionary<string, string>(StringComparer.Ordinal),
            _ => "",
            clock ?? new FakeClock());
        var limits = new WebLimits();
        return ServeHost.Create(
            settings, [collector], outside, NullLoggerFactory.Instance, limits,
            responses ?? new ResponseLimits(limits));
    }

    /// <summary>A poll that lasts until the test ends it.</summary>
    private sealed class Slow(string name) : Collector(name, new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5)))
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<Snapshot> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => _started.Task;

        public override IEnumerable<MetricFamily> Families => [];

        public override Task<Snapshot> TakeAsync(CancellationToken stopping)
        {
            _started.TrySetResult();
            return _end.Task.WaitAsync(stopping);
        }

        public void Fail()
        {
            var snapshot = new Snapshot<object>(Name, DateTimeOffset.UnixEpoch);
            _end.SetResult(snapshot with { Failure = new("timeout", "no answer") });
        }
    }
}
