using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Xunit;
using Prometheus = EtcdSentinelExporter.Lab.Prometheus;

namespace EtcdSentinelExporter.IntegrationTests.Metrics;

/// <summary>What a real Prometheus reads from a page, against what was put in.</summary>
public sealed class PrometheusReadsTests
{
    // Only NaN differs from itself.
    private const string NotANumber = "odd{@,n='nan'} != odd{@,n='nan'}";

    private const string Hostile = "yard \"north\" \\ 1\n2 {},=# EOF \0\r\u0085 ä";

    private static readonly ImmutableArray<double> Values =
    [
        0, 1, -1, 0.1 + 0.2, 1e-7, -1e-7, double.Epsilon, 9007199254740991, 9007199254740993, 1234567890123456789, 1e21,
        double.MaxValue, double.MinValue,
    ];

    private static readonly Histogram Timings =
        Histogram.Empty([0.001, 0.256, 8.192]).Observe(0.001).Observe(0.2).Observe(0.3).Observe(1e9);

    private static ImmutableArray<MetricFamily<double[]>> Families { get; } =
    [
        new(MetricType.Gauge, "value", "Values that are hard to write.", ["n", "empty"], (values, samples) =>
        {
            for (var n = 0; n < values.Length; n++)
                samples.Add(values[n], $"{n}", "");
        }),
        new(MetricType.Gauge, "odd", "Values that are no numbers.", ["n"], (_, samples) =>
        {
            samples.Add(double.PositiveInfinity, "infinity");
            samples.Add(double.NegativeInfinity, "minus");
            samples.Add(double.NaN, "nan");
        }),
        new(MetricType.Gauge, "text", "Labels that are hard to write.", ["a", "b"],
            (_, samples) => samples.Add(1, Hostile, "\U0001F6A8")),
        new(MetricType.Counter, "big_total", "A counter.", [], (_, samples) => samples.Add(1e20)),
        new(MetricType.Histogram, "took_seconds", "A histogram.", [], (_, samples) => samples.Add(Timings)),
    ];

    public static TheoryData<string> Binaries => [.. Prometheus.Binaries];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task Both_formats_read_as_what_went_in(string binary)
    {
        await using var text = await ServeAsync(TextFormat.Prometheus);
        await using var open = await ServeAsync(TextFormat.OpenMetrics);
        await using var prometheus = await Prometheus.StartAsync(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n- job_name: page\n  static_configs:\n"
            + $"  - targets: ['{new Uri(text.Urls.Single()).Authority}']\n    labels: {{instance: text}}\n"
            + $"  - targets: ['{new Uri(open.Urls.Single()).Authority}']\n    labels: {{instance: open}}\n",
            binary);

        await Wait.UntilAsync(
            async () => (await AskAsync(prometheus, "scrape_samples_scraped > 0")).Count == 2, "both pages are read");

        foreach (var instance in new[] { "text", "open" })
            await CompareAsync(prometheus, instance);
    }

    private static async Task CompareAsync(Prometheus prometheus, string instance)
    {
        var common = $"instance={instance},job=page";
        var values = await AskAsync(prometheus, $"value{{instance='{instance}'}}");
        for (var n = 0; n < Values.Length; n++)
            Assert.Equal(Values[n], values[$"__name__=value,{common},n={n}"]);
        Assert.Equal(Values.Length, values.Count);

        foreach (var odd in new[] { "odd{@,n='infinity'} == Inf", "odd{@,n='minus'} == -Inf", NotANumber })
        {
            var query = odd.Replace("@", $"instance='{instance}'", StringComparison.Ordinal);
            Assert.Equal(1, (await AskAsync(prometheus, $"count({query})")).Values.Single());
        }

        var hostile = Hostile.Replace('\0', '\uFFFD').Replace('\r', '\uFFFD').Replace('\u0085', '\uFFFD');
        Assert.Equal(
            $"__name__=text,a={hostile},b=\U0001F6A8,{common}",
            Assert.Single(await AskAsync(prometheus, $"text{{instance='{instance}'}}")).Key);
        Assert.Equal(1e20, (await AskAsync(prometheus, $"big_total{{instance='{instance}'}}")).Values.Single());

        var buckets = await AskAsync(prometheus, $"took_seconds_bucket{{instance='{instance}'}}");
        Assert.Equal(
            [("0.001", 1), ("0.256", 2), ("8.192", 3), ("+Inf", 4)],
            new[] { "0.001", "0.256", "8.192", "+Inf" }
                .Select(le => (le, buckets[$"__name__=took_seconds_bucket,{common},le={le}"])));
        var sum = await AskAsync(prometheus, $"took_seconds_sum{{instance='{instance}'}}");
        Assert.Equal(Timings.Sum, sum.Values.Single());
    }

    private static Task<IReadOnlyDictionary<string, double>> AskAsync(Prometheus prometheus, string query) =>
        prometheus.AskAsync(query, TimeProvider.System.GetUtcNow());

    // One format, whatever this Prometheus would rather have.
    private static async Task<WebApplication> ServeAsync(TextFormat format)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var page = new PageText([new(() => FamilySamples.Of(Families, [.. Values]))]);
        app.Run(async http =>
        {
            http.Response.ContentType = PageText.ContentType(format);
            await http.Response.BodyWriter.WriteAsync(await page.BytesAsync(format, gzip: false), http.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }
}
