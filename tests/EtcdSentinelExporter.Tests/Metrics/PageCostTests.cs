using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

/// <summary>What a page costs whose registry has to be filled: the first scrape after a poll.</summary>
public class PageCostTests(ITestOutputHelper output)
{
    private const int Pages = 41;

    [Theory]
    [InlineData(300)]
    [InlineData(600)]
    [InlineData(3_000)]
    public async Task A_page_stays_within_its_budget(int count)
    {
        await MeasureAsync(ManySamples.Families(count));

        var (checking, writing, zipping, allocated) = await MeasureAsync(ManySamples.Families(count));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} samples: processor time of samples {checking:0.00} ms, of registry and text {writing:0.00} ms, "
            + $"of gzip {zipping:0.00} ms; {allocated >> 10} KiB"));
        Assert.InRange(allocated, 0, count * 8L * 1024);
    }

    private static async Task<(double Checking, double Writing, double Zipping, long Allocated)> MeasureAsync(
        ImmutableArray<MetricFamily<int>> families)
    {
        // Other tests allocate too, and nothing here leaves the thread.
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        ImmutableArray<FamilySamples>[] samples =
            [.. Enumerable.Range(0, Pages).Select(n => FamilySamples.Of(families, n))];
        var made = Environment.CpuUsage.TotalTime;
        PageText[] pages = [.. samples.Select(all => new PageText([new(() => all)]))];
        foreach (var page in pages)
            await page.BytesAsync(TextFormat.OpenMetrics, gzip: false);
        var written = Environment.CpuUsage.TotalTime;
        foreach (var page in pages)
            await page.BytesAsync(TextFormat.OpenMetrics, gzip: true);
        var zipped = Environment.CpuUsage.TotalTime;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Each(made - start), Each(written - made), Each(zipped - written), allocated / Pages);
    }

    private static double Each(TimeSpan all) => all.TotalMilliseconds / Pages;
}
