using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class ConcurrentScrapesTests
{
    private const int Scrapers = 50;
    private const int Samples = 300;

    private static readonly ImmutableArray<MetricFamily<string>> Families =
    [
        new(MetricType.Gauge, "generation", "A test.", ["n"], (text, samples) =>
        {
            for (var n = 0; n < Samples; n++)
                samples.Add(text.Length, $"{n}");
        }),
    ];

    [Fact]
    public async Task No_page_is_torn_while_polls_publish()
    {
        await using var site = await RunningSite.StartAsync(new() { Scrapes = Scrapers, ScrapesPerClient = Scrapers });
        Publish(site, 1);
        using var over = new CancellationTokenSource();
        var polls = Task.Run(() => PublishAsync(site, over.Token));

        var pages = await Task.WhenAll(Enumerable.Range(0, Scrapers).Select(n => ScrapeAsync(site, n)));
        await over.CancelAsync();
        await polls;

        Assert.All(pages.SelectMany(page => page), page =>
        {
            string[] samples =
                [.. page.Samples().Where(line => line.StartsWith("generation{", StringComparison.Ordinal))];
            Assert.Equal(Samples, samples.Length);
            Assert.Single(samples.Select(line => line.Split(' ')[1]).Distinct(StringComparer.Ordinal));
            Assert.Contains("etcd_sentinel_poll_success{collector=\"test\"} 1", page, StringComparison.Ordinal);
        });
        Assert.True(pages.SelectMany(page => page).Distinct(StringComparer.Ordinal).Count() > 1);
    }

    private static async Task<string[]> ScrapeAsync(RunningSite site, int scraper)
    {
        var accept = scraper % 2 == 0 ? "text/plain" : "application/openmetrics-text;version=1.0.0";
        var pages = new string[10];
        for (var n = 0; n < pages.Length; n++)
        {
            using var response = await site.SendAsync(HttpMethod.Get, "/metrics", ("Accept", accept));
            pages[n] = await response.Content.ReadAsStringAsync();
        }
        return pages;
    }

    private static async Task PublishAsync(RunningSite site, CancellationToken over)
    {
        for (var generation = 2; !over.IsCancellationRequested; generation++)
        {
            Publish(site, generation);
            await Task.Yield();
        }
    }

    private static void Publish(RunningSite site, int generation) =>
        site.Store.Post(new Snapshot<string>("test", DateTimeOffset.UnixEpoch)
        {
            Families = FamilySamples.Of(Families, new string('x', generation % 1000)),
        });
}
