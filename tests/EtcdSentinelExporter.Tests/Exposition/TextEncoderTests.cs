using System.Collections.Immutable;
using EtcdSentinelExporter.Exposition;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Exposition;

public class TextEncoderTests
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
    public void Sample_lines_are_the_same_in_both_formats()
    {
        var plant = new Plant([new("hall", 3)]);

        Assert.Equal(Samples(Every.Text(plant)), Samples(Every.Text(plant, TextFormat.OpenMetrics)));
        Assert.NotEmpty(Samples(Every.Text(plant)));
    }

    [Fact]
    public void A_page_without_samples_is_empty_in_one_format_and_ends_in_the_other()
    {
        Assert.Equal("", Every.Text(new Plant([])));
        Assert.Equal("# EOF\n", Every.Text(new Plant([]), TextFormat.OpenMetrics));
    }

    [Fact]
    public void Quotes_in_help_are_escaped_for_OpenMetrics_alone()
    {
        ImmutableArray<MetricFamily<Plant>> families =
            [Pots.Gauge("wet", "Is \"wet\", \\ and\nmore.", pot => pot.Litres)];
        var plant = new Plant([new("hall", 1)]);

        Assert.StartsWith(
            "# HELP wet Is \"wet\", \\\\ and\\nmore.\n# TYPE wet gauge\n",
            families.Text(plant),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "# TYPE wet gauge\n# HELP wet Is \\\"wet\\\", \\\\ and\\nmore.\n",
            families.Text(plant, TextFormat.OpenMetrics),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Growth_of_the_buffer_loses_nothing()
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
        Pots.Counter("pot_drops_total", "Drops that \"fell\" since the start.", pot => pot.Litres * 1e20),
        Pots.State("pot_state", "1 for the pot's state.", "state", ["dry", "wet"],
            pot => pot.Litres > 1 ? "wet" : "dry"),
        Pots.Histogram("pot_watering_seconds", "Time that watering took.",
            pot => Histogram.Empty([0.00005, 0.001, 0.25, 1, 10]).Observe(pot.Litres).Observe(0.0005).Observe(99)),
        new(MetricType.Gauge, "plant_pots", "Pots there are; no labels.", [], (plant, samples) =>
        {
            if (plant.Pots is not [])
                samples.Add(plant.Pots.Length);
        }),
    ];

    private static string[] Samples(string page) => [.. page.Split('\n').Where(line => line is not ("" or ['#', ..]))];

    private sealed record Plant(ImmutableArray<Pot> Pots);

    private sealed record Pot(string Name, double Litres);
}
