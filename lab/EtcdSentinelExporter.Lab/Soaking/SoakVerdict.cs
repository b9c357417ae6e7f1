using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>The judgement of a soak, a line for each question.</summary>
/// <param name="IsOk">False if the soak fails.</param>
internal sealed record SoakVerdict(bool IsOk, string Text)
{
    /// <summary>Rise of anonymous memory that is accepted, in percent an hour.</summary>
    public const double MaxRise = 1;

    // A run that is too short for the slope is judged by the whole rise, in percent.
    private const double MaxShortRise = 25;
    private const double Long = 1;
    private const int Spans = 20;
    private const int MinPoints = 3 * Spans;

    // Two standard errors: one run of twenty is outside.
    private const double Certain = 2;
    private const int Shown = 5;

    public string Line => $"{(IsOk ? "ok" : "FAILED"),-7} {Text}";

    public static ImmutableArray<SoakVerdict> Of(SoakResult result) =>
    [
        OfMemory([.. result.Samples.Where(sample => sample.Hours >= result.WarmUp)
            .Select(sample => (sample.Hours, sample.Anonymous))]),
        .. SoakSample.Counts.Select(count => OfCount(count, result.Before, result.After)),
        OfFailures(result.Scrapes),
        OfSlowness(result.Scrapes),
        new(result.Failures.IsEmpty, $"faults: {result.Failures.Length} could not be made or healed"
            + string.Concat(result.Failures.Take(Shown).Select(why => $"; {why}"))),
        new(result.IsWhole, result.IsWhole
            ? "after the faults each collector polls with success, and the page is whole"
            : "after the faults a collector fails, or the page lacks something"),
        new(result is { Exit: 0, Left: 0 }, result.Exit is { } code
            ? $"end: exit code {code} after SIGTERM, {result.Left} processes of its own left"
            : "end: it goes on after SIGTERM"),
    ];

    /// <summary>The line through anonymous memory, by the means of spans.</summary>
    public static Regression Fit(IReadOnlyList<(double Hours, double Value)> memory) =>
        Regression.Of(Regression.Means(memory, Math.Max(2, Math.Min(Spans, memory.Count / 3))));

    private static SoakVerdict OfMemory(IReadOnlyList<(double Hours, double Value)> memory)
    {
        if (memory.Count < MinPoints)
            return new(true, $"memory: {memory.Count} samples after the warm-up, too few for a slope");
        var (line, hours) = (Fit(memory), memory[^1].Hours - memory[0].Hours);
        var (slope, error) = (100 * line.Slope / line.Mean, 100 * line.StandardError / line.Mean);
        var limit = hours < Long ? MaxShortRise / hours : MaxRise;
        var text = FormattableString.Invariant(
            $"memory: anonymous {line.Mean:0.0} MiB over {hours:0.00} h, slope {slope:+0.0;-0.0} % an hour, ")
            + FormattableString.Invariant($"standard error {error:0.0}: ");
        var rises = slope - (Certain * error) > limit;
        var isFlat = slope + (Certain * error) <= MaxRise;
        return new(isFlat || (!rises && hours < Long), text
            + (rises ? FormattableString.Invariant($"it rises by more than {limit:0.#} %")
                : isFlat ? "flat"
                : "inconclusive: a rise of that size is neither shown nor excluded"));
    }

    private static SoakVerdict OfCount(
        (string Name, Func<SoakSample, int> Of, int Slack) count, SoakSample before, SoakSample after) => new(
            count.Of(after) <= count.Of(before) + count.Slack,
            $"{count.Name}: {count.Of(before)} before the first fault, {count.Of(after)} after the last");

    private static SoakVerdict OfFailures(ImmutableArray<SoakScrape> scrapes)
    {
        ImmutableArray<SoakScrape> failed = [.. scrapes.Where(scrape => scrape.Failure is not null)];
        return new(failed.IsEmpty, $"scrapes: {scrapes.Length}, {failed.Length} failed" + string.Concat(
            failed.GroupBy(scrape => scrape.Failure).Take(Shown).Select(group => $"; {group.Count()}: {group.Key}")));
    }

    private static SoakVerdict OfSlowness(ImmutableArray<SoakScrape> scrapes)
    {
        ImmutableArray<SoakScrape> alone = [.. scrapes.Where(scrape => scrape.IsSlowAlone)];
        return new(alone.IsEmpty, FormattableString.Invariant(
            $"slow scrapes: {scrapes.Count(scrape => scrape.IsSlow)} over {SoakScrape.Limit} ms, {alone.Length} of ")
            + "them while the control was not late and processors were free; "
            + $"the control was late {scrapes.Count(scrape => scrape.IsControlLate)} times"
            + string.Concat(alone.Take(Shown).Select(Describe)));
    }

    private static string Describe(SoakScrape scrape) => FormattableString.Invariant(
        $"; at {scrape.Hours:0.000} h {scrape.Took:0} ms: waited {scrape.Waited:0} ms for processors, ")
        + FormattableString.Invariant($"used {scrape.Used:0} ms; control {scrape.Control:0} and {scrape.Late:0} ms");
}
