using System.Diagnostics;
using System.Net;
using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Commands;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Exposition;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Commands;

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
        Assert.True(await BecomesOkAsync(client, ready));
    }

    [Fact]
    public async Task It_stops_in_five_seconds_in_the_middle_of_a_poll()
    {
        var collector = new Slow("slow");
        await using var host = Build(collector);
        await host.App.StartAsync();
        await collector.Started;
        var started = Stopwatch.GetTimestamp();

        await host.App.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.False(host.HasFailed);
    }

    // The poll is posted by another thread: asked again until it is there, but not for ever.
    private static async Task<bool> BecomesOkAsync(HttpClient client, Uri page)
    {
        for (var asked = 0; asked < 1000; asked++)
        {
            using var response = await client.GetAsync(page);
            if (response.StatusCode is HttpStatusCode.OK)
                return true;
        }
        return false;
    }

    private static ServeHost Build(Collector collector)
    {
        var given = new[] { new Given("web.listen-address", "127.0.0.1:0", "a test") };
        var settings = new Settings(given.ToLookup(one => one.Key, StringComparer.Ordinal));
        var outside = new Surroundings(
            TextWriter.Null,
            TextWriter.Null,
            new Dictionary<string, string>(StringComparer.Ordinal),
            _ => "",
            new FakeClock());
        return ServeHost.Create(settings, [collector], outside, NullLoggerFactory.Instance, () => 0, new WebLimits());
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
