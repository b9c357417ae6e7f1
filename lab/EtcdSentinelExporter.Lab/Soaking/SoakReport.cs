using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Drawing;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>A soak as a picture and as a table for docs/reliability.md.</summary>
internal static class SoakReport
{
    private const int MaxPoints = 300;

    /// <param name="command">How to repeat it.</param>
    public static string Table(SoakResult result, string command) => string.Concat(
        Rows(result, command).Prepend(("---", "---")).Prepend(("what", "value"))
            .Select(row => $"| {row.Item1} | {row.Item2} |\n"));

    /// <summary>Memory, counts and times over the hours.</summary>
    public static string Picture(SoakResult result) => Chart.Draw("The exporter among faults",
    [
        new("memory, MiB", "hours",
        [
            Line(result, "resident", one => one.Resident), Line(result, "proportional", one => one.Proportional),
            Line(result, "anonymous", one => one.Anonymous), Fit(result),
        ]),
        new("counts", "hours",
        [
            Line(result, "threads", one => one.Threads), Line(result, "descriptors", one => one.Descriptors),
            Line(result, "processes", one => Math.Max(one.Children, one.StandIns)),
        ]),
        new("longest scrape of each minute, ms", "hours",
        [
            new("exporter", Longest(result, one => one.Took)),
            new("control", Longest(result, one => Math.Max(one.Control, one.Late))),
        ], IsLogY: true),
        new("load average of the machine", "hours", [Line(result, "of a minute", one => one.Load)]),
    ]);

    private static IEnumerable<(string What, string Value)> Rows(SoakResult result, string command)
    {
        double[] load = [.. result.Samples.Select(sample => sample.Load)];
        double[] anonymous = [.. Warm(result).Select(sample => sample.Anonymous)];
        yield return ("run", Text($"{result.Samples[^1].Hours:0.00} h, {Today:d MMMM yyyy}, `{command}`"));
        yield return ("machine",
            Text($"{Environment.ProcessorCount} processors, load average {load.Min():0.0} to {load.Max():0.0}"));
        yield return ("faults", result.FaultText);
        yield return (Text($"anonymous memory after a warm-up of {60 * result.WarmUp:0} min, MiB"),
            Text($"{anonymous.Min():0.0} to {anonymous.Max():0.0}, mean {anonymous.Average():0.0}"));
        yield return ("resident and proportional memory, means, MiB", Text(
            $"{Warm(result).Average(one => one.Resident):0.0}, {Warm(result).Average(one => one.Proportional):0.0}"));
        yield return ("scrape p50, p99, longest, ms", Quantiles(result, one => one.Took));
        yield return ("the same of nginx with the same bytes", Quantiles(result, one => one.Control));
        foreach (var verdict in SoakVerdict.Of(result))
            yield return (verdict.IsOk ? "ok" : "failed", verdict.Text);
    }

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    private static IEnumerable<SoakSample> Warm(SoakResult result) =>
        result.Samples.Where(sample => sample.Hours >= result.WarmUp);

    private static ChartLine Line(SoakResult result, string name, Func<SoakSample, double> of) => new(
        name, [.. Thin(result.Samples).Select(sample => (sample.Hours, of(sample)))]);

    private static ChartLine Fit(SoakResult result)
    {
        var memory = Warm(result).Select(sample => (sample.Hours, sample.Anonymous)).ToList();
        return new("its slope",
        [
            .. memory.Count < 2 ? [] : ((double[])[memory[0].Hours, memory[^1].Hours])
                .Select(hours => (hours, SoakVerdict.Fit(memory).At(hours))),
        ], IsDashed: true);
    }

    private static ImmutableArray<(double, double)> Longest(SoakResult result, Func<SoakScrape, double> of) =>
    [
        .. result.Scrapes.GroupBy(one => (int)(one.Hours * 60)).Select(minute => (minute.Key / 60.0, minute.Max(of))),
    ];

    private static IEnumerable<SoakSample> Thin(ImmutableArray<SoakSample> samples) =>
        samples.Where((_, number) => number % (1 + (samples.Length / MaxPoints)) == 0);

    private static string Quantiles(SoakResult result, Func<SoakScrape, double> of)
    {
        double[] ordered = [.. result.Scrapes.Select(of).Order()];
        return Text(
            $"{ordered[ordered.Length / 2]:0.0}, {ordered[ordered.Length * 99 / 100]:0.0}, {ordered[^1]:0}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
