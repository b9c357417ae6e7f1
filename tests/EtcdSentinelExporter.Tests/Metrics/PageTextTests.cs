using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Metrics;

public class PageTextTests
{
    private static readonly Subject<Plant, Pot> Pots = new(plant => plant.Pots, ["pot"], pot => [pot.Name]);

    [Theory]
    [InlineData("Prometheus", "txt")]
    [InlineData("OpenMetrics", "openmetrics")]
    public void A_page_of_every_kind_of_family_reads_as_its_golden_file(string format, string ending)
    {
        var plant = new Plant([new("hall", 3), new("yard \"north\" \\ 1\n2", 0.5)]);

        var page = Every.Text(plant, Enum.Parse<TextFormat>(format));

        Golden.Match(page, $"every-kind.{ending}");
    }

    [Fact]
    public void Both_formats_hold_the_same_numbers()
    {
        var plant = new Plant([new("hall", 3), new("yard", 0.1)]);

        Assert.Equal(Numbers(Every.Text(plant)), Numbers(Every.Text(plant, TextFormat.OpenMetrics)));
        Assert.NotEmpty(Numbers(Every.Text(plant)));
    }

    [Fact]
    public void A_page_without_samples_is_empty_in_one_format_and_ends_in_the_other()
    {
        Assert.Equal("", Every.Text(new Plant([])));
        Assert.Equal("# EOF\n", Every.Text(new Plant([]), TextFormat.OpenMetrics));
    }

    // prometheus-net prints the header of every family, and 0 for one without labels that has no value.
    [Fact]
    public void A_family_without_samples_is_absent_with_or_without_labels()
    {
        ImmutableArray<MetricFamily<Plant>> families =
        [
            Pots.Gauge("wet", "Water.", _ => default(double?)),
            new(MetricType.Gauge, "alone", "No labels.", [], (_, _) => { }),
            new(MetricType.Counter, "negative_total", "Bad.", [], (_, samples) => samples.Add(-1)),
        ];

        Assert.Equal("", families.Text(new Plant([new("hall", 1)])));
    }

    // It would have one for each counter and bucket that a scrape with a trace was the first to see.
    [Fact]
    public void The_trace_of_a_scrape_is_no_exemplar()
    {
        using var scrape = new Activity("scrape").SetIdFormat(ActivityIdFormat.W3C).Start();

        var page = Every.Text(new Plant([new("hall", 3)]), TextFormat.OpenMetrics);

        Assert.DoesNotContain("trace_id", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_form_is_made_once_and_nothing_before_it_is_asked_for()
    {
        var calls = 0;
        var page = new PageText([new(Hall)]);
        Assert.Equal(0, calls);

        foreach (var format in Enum.GetValues<TextFormat>())
        {
            foreach (var gzip in new[] { false, true })
                Assert.Same(await page.BytesAsync(format, gzip), await page.BytesAsync(format, gzip));
        }

        Assert.Equal(2, calls);

        ImmutableArray<FamilySamples> Hall()
        {
            Interlocked.Increment(ref calls);
            return FamilySamples.Of(Every, new Plant([new("hall", 3)]));
        }
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var calls = 0;
        var page = new PageText([new(() => ++calls < 3
            ? throw new InvalidOperationException("No.")
            : FamilySamples.Of(Every, new Plant([new("hall", 3)])))]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => page.BytesAsync(TextFormat.Prometheus, gzip: true));
        await Assert.ThrowsAsync<InvalidOperationException>(() => page.BytesAsync(TextFormat.Prometheus, gzip: false));

        Assert.Contains("pot_water_ratio", page.Text(), StringComparison.Ordinal);
        Assert.NotEmpty(await page.BytesAsync(TextFormat.Prometheus, gzip: true));
    }

    // A scrape after a poll of one collector writes the samples of that one alone.
    [Fact]
    public void Pages_share_the_bytes_of_their_parts()
    {
        var calls = 0;
        var shared = new FamiliesText(() =>
        {
            Interlocked.Increment(ref calls);
            return FamilySamples.Of(
                [Pots.Gauge("pot_litres", "Water.", pot => pot.Litres)], new Plant([new("a", 3)]));
        });

        var before = new PageText([shared, Shape("round")]).Text();
        var after = new PageText([shared, Shape("square")]).Text();

        Assert.Equal(before, after.Replace("square", "round", StringComparison.Ordinal));
        Assert.Contains("pot_litres{pot=\"a\"} 3\n", after, StringComparison.Ordinal);
        Assert.Equal(1, calls);

        static FamiliesText Shape(string shape) => new(() => FamilySamples.Of(
            [Pots.Info("pot_info", "Describes the pot.", ["shape"], _ => [shape])], new Plant([new("a", 3)])));
    }

    [Fact]
    public async Task The_compressed_form_holds_the_plain_one()
    {
        var page = new PageText([new(() => FamilySamples.Of(Every, new Plant([new("hall", 3)])))]);

        foreach (var format in Enum.GetValues<TextFormat>())
        {
            using var compressed = new MemoryStream(await page.BytesAsync(format, gzip: true));
            using var plain = new StreamReader(new GZipStream(compressed, CompressionMode.Decompress));
            Assert.Equal(page.Text(format), await plain.ReadToEndAsync());
        }
    }

    [Fact]
    public void A_large_page_loses_nothing()
    {
        ImmutableArray<Pot> pots =
            [.. Enumerable.Range(0, 20_000).Select(i => new Pot($"pot {i} {new string('ä', i % 50)}", i))];
        ImmutableArray<MetricFamily<Plant>> families = [Pots.Gauge("litres", "Water.", pot => pot.Litres)];

        var lines = families.Text(new Plant(pots)).Split('\n');

        string[] expected = [.. pots.Select(pot => $"litres{{pot=\"{pot.Name}\"}} {pot.Litres}")];
        Assert.Equal<string[]>(expected, lines[2..^1]);
        Assert.Equal("", lines[^1]);
    }

    private static ImmutableArray<MetricFamily<Plant>> Every { get; } =
    [
        Pots.Gauge("pot_water_ratio", "Water in the pot, from 0 to 1.", pot => pot.Litres / 4),
        Pots.Info("pot_info", "Describes the pot; always 1.", ["shape"], pot => ["round"]),
        Pots.Counter("pot_drops_total", "Drops that fell since the start.", pot => pot.Litres * 1e20),
        Pots.State("pot_state", "1 for the pot's state.", "state", ["dry", "wet"],
            pot => pot.Litres > 1 ? "wet" : "dry"),
        Pots.Histogram("pot_watering_seconds", "Time that watering took.",
            pot => Histogram.Empty([0.0005, 0.001, 0.25, 1.5, 10.5]).Observe(pot.Litres).Observe(0.0005).Observe(99)),
        new(MetricType.Gauge, "plant_pots", "Pots there are; no labels.", [], (plant, samples) =>
        {
            if (plant.Pots is not [])
                samples.Add(plant.Pots.Length);
        }),
    ];

    // "3" and "3.0" are one number.
    private static (string Series, double Value)[] Numbers(string page) =>
    [
        .. page.Samples().Select(line => line.LastIndexOf(' ') is var end
            ? (line[..end], double.Parse(line[end..], CultureInfo.InvariantCulture))
            : default),
    ];

    private sealed record Plant(ImmutableArray<Pot> Pots);

    private sealed record Pot(string Name, double Litres);
}
