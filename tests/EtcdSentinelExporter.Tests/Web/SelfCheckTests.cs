using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class SelfCheckTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly LogLines _log = new();
    private long _ended;
    private RequestDelegate _page = http => PlainText.WriteAsync(http, 200, "page");

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Five_failures_in_a_row_are_unhealthy_and_one_success_is_healthy_again()
    {
        using var check = Check();
        _page = http => PlainText.WriteAsync(http, 503, "Too many concurrent scrapes");

        for (var failures = 1; failures < 5; failures++)
            await check.CheckAsync(default);
        Assert.True(check.IsHealthy);
        await check.CheckAsync(default);
        Assert.False(check.IsHealthy);
        await check.CheckAsync(default);

        Assert.Equal(2, _log.Levels.Count());
        Assert.Contains("5 times in a row: status 503", _log.Text, StringComparison.Ordinal);
        _page = http => PlainText.WriteAsync(http, 200, "page");
        await check.CheckAsync(default);
        Assert.True(check.IsHealthy);
    }

    [Fact]
    public async Task A_page_that_is_only_busy_is_healthy()
    {
        using var check = Check();
        _page = http => PlainText.WriteAsync(http, 503, "Too many concurrent scrapes");

        for (var failures = 0; failures < 10; failures++)
        {
            _ended++;
            await check.CheckAsync(default);
        }

        Assert.True(check.IsHealthy);
        Assert.Empty(_log.Text);
    }

    [Fact]
    public async Task A_page_that_throws_or_is_empty_is_a_failure()
    {
        using var check = Check();
        _page = _ => throw new InvalidOperationException("a bug");
        await check.CheckAsync(default);
        Assert.Contains("1 times in a row: a bug", _log.Text, StringComparison.Ordinal);

        _page = _ => Task.CompletedTask;
        for (var more = 0; more < 4; more++)
            await check.CheckAsync(default);

        Assert.False(check.IsHealthy);
        Assert.Contains("5 times in a row: an empty page", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_hangs_is_a_failure_at_each_turn_and_is_not_asked_again()
    {
        using var check = Check();
        var asked = 0;
        var asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _page = _ =>
        {
            asked++;
            asking.TrySetResult();
            return new TaskCompletionSource().Task;
        };

        for (var turn = 0; turn < 5; turn++)
        {
            var checking = check.CheckAsync(default);
            await asking.Task;
            _clock.Advance(TimeSpan.FromSeconds(10));
            await checking;
        }

        Assert.False(check.IsHealthy);
        Assert.Equal(1, asked);
    }

    // The limit is the page's own: a place that never comes back is found.
    [Fact]
    public async Task It_takes_a_place_among_the_scrapes_and_gives_it_back()
    {
        using var limit = new ResponseLimit(max: 1, maxPerClient: 1, "scrapes");
        _page = http => limit.ServeAsync(http, () => PlainText.WriteAsync(http, 200, "page"));
        using var check = Check();
        await check.CheckAsync(default);
        Assert.Equal((1, ""), (limit.Available, _log.Text));

        var slow = new TaskCompletionSource();
        var scrape = limit.ServeAsync(new DefaultHttpContext(), () => slow.Task);
        await check.CheckAsync(default);

        Assert.Contains("status 503", _log.Text, StringComparison.Ordinal);
        slow.SetResult();
        await scrape;
    }

    [Theory]
    [InlineData(true, 200, "Healthy.\n")]
    [InlineData(false, 503, "Unhealthy: ")]
    public async Task The_health_page_shows_the_verdict_also_on_its_own_port(bool isHealthy, int status, string text)
    {
        await using var site = await RunningSite.StartAsync(
            health: new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), clock: _clock);
        site.IsHealthy = isHealthy;

        foreach (var url in site.Urls)
        {
            using var response = await site.Client.GetAsync(new Uri(new Uri(url), "/-/healthy"));
            Assert.Equal(status, (int)response.StatusCode);
            Assert.StartsWith(text, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private SelfCheck Check() => new(http => _page(http), () => _ended, new WebLimits(), _clock, _log);
}
