using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Soaking;
using Xunit;

namespace EtcdSentinelExporter.Tests.Lab;

/// <summary>What a soak says of the values that it measured.</summary>
public sealed class SoakVerdictTests
{
    private const int Minutes = 120;
    private static readonly SoakSample s_quiet = new(0, 45, 40, 20, 24, 60, 0, 0, 0, 0, 1);

    [Fact]
    public void A_run_without_a_rise_a_leak_or_a_slow_scrape_is_ok() => Assert.All(
        SoakVerdict.Of(Result(hours => 20 + Sawtooth(hours))),
        verdict => Assert.True(verdict.IsOk, verdict.Text));

    [Fact]
    public void Memory_without_a_rise_is_called_flat_only_if_the_error_is_small()
    {
        Assert.EndsWith(": flat", Memory(_ => 20).Text, StringComparison.Ordinal);
        var slow = Memory(hours => 20 + Slow(hours));
        Assert.Contains(": inconclusive", slow.Text, StringComparison.Ordinal);
        Assert.False(slow.IsOk);
    }

    // Two percent an hour.
    [Fact]
    public void A_rise_of_more_than_one_percent_an_hour_fails()
    {
        var verdict = Memory(hours => 20 + (0.4 * hours) + Sawtooth(hours));

        Assert.False(verdict.IsOk);
        Assert.EndsWith("it rises by more than 1 %", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rise_of_the_warm_up_does_not_count() =>
        Assert.True(Memory(hours => hours < 0.5 ? 40 * hours : 20).IsOk);

    // Ten percent within twelve minutes is fifty in an hour: a heap that has just found its size.
    [Fact]
    public void A_short_run_fails_only_for_a_large_rise()
    {
        Assert.True(Memory(hours => 20 + (10 * hours), hours: 0.2).IsOk);
        Assert.False(Memory(hours => 20 + (60 * hours), hours: 0.2).IsOk);
    }

    [Theory]
    [InlineData("threads", 5, 0, 0)]
    [InlineData("descriptors", 0, 5, 0)]
    [InlineData("processes", 0, 0, 1)]
    public void What_stays_above_its_number_before_the_first_fault_is_a_leak(
        string name, int threads, int descriptors, int standIns)
    {
        var after = s_quiet with
        {
            Threads = s_quiet.Threads + threads,
            Descriptors = s_quiet.Descriptors + descriptors,
            StandIns = standIns,
        };

        var verdicts = SoakVerdict.Of(Result(_ => 20) with { After = after });

        Assert.StartsWith(name, Assert.Single(verdicts, verdict => !verdict.IsOk).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(49, 1, 1, true)]
    [InlineData(51, 1, 1, false)]
    [InlineData(51, 51, 1, true)]
    [InlineData(51, 1, 26, true)]
    [InlineData(500, 49, 24, false)]
    public void A_slow_scrape_counts_only_if_the_control_is_not_late(
        double took, double control, double late, bool isOk) =>
        Assert.Equal(isOk, IsOk(new(1, "gzip", took, control, late, 0, 1, null)));

    [Theory]
    [InlineData(60, 5, 1, true)]
    [InlineData(40, 5, 1, false)]
    [InlineData(60, 100_000, 1, false)]
    [InlineData(60, 100_000, 90, false)]
    public void A_scrape_that_waits_for_a_processor_is_slow_only_if_the_exporter_keeps_it_busy(
        double waited, double used, double control, bool isOk) =>
        Assert.Equal(isOk, IsOk(new(1, "gzip", Took: 100, control, 1, waited, used, null)));

    [Fact]
    public void A_failed_scrape_fails_with_its_reason() => Assert.Equal(
        "FAILED  scrapes: 1, 1 failed; 1: status 503",
        Assert.Single(
            SoakVerdict.Of(Result(_ => 20) with { Scrapes = [new(1, "gzip", 2, 1, 1, 0, 1, "status 503")] }),
            verdict => !verdict.IsOk).Line);

    [Fact]
    public void A_fault_that_could_not_be_made_and_a_collector_that_stays_down_fail() => Assert.Equal(
        ["faults: 1 could not be made or healed; member paused: gone",
            "after the faults a collector fails, or the page lacks something"],
        SoakVerdict.Of(Result(_ => 20) with { Failures = ["member paused: gone"], IsWhole = false })
            .Where(verdict => !verdict.IsOk).Select(verdict => verdict.Text));

    [Fact]
    public void Processes_before_the_faults_are_the_fewest_and_threads_the_most() => Assert.Equal(
        s_quiet with { Threads = 30 },
        s_quiet.Or(s_quiet with { Threads = 30, Children = 3, StandIns = 2 }) with { Hours = s_quiet.Hours });

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(null, 0)]
    public void A_bad_end_fails(int? exit, int left) => Assert.StartsWith("end: ", Assert.Single(
        SoakVerdict.Of(Result(_ => 20) with { Exit = exit, Left = left }), verdict => !verdict.IsOk).Text,
        StringComparison.Ordinal);

    [Fact]
    public void The_report_has_the_verdicts_and_a_picture()
    {
        var result = Result(hours => 20 + Sawtooth(hours));
        var table = SoakReport.Table(result, "scripts/soak 2");

        Assert.All(
            SoakVerdict.Of(result),
            verdict => Assert.Contains($"| {verdict.Text} |\n", table, StringComparison.Ordinal));
        Assert.EndsWith("</svg>\n", SoakReport.Picture(result), StringComparison.Ordinal);
    }

    private static SoakVerdict Memory(Func<double, double> anonymous, double hours = Minutes / 60.0) =>
        SoakVerdict.Of(Result(anonymous, hours))[0];

    private static bool IsOk(SoakScrape scrape) =>
        SoakVerdict.Of(Result(_ => 20) with { Scrapes = [scrape] }).All(verdict => verdict.IsOk);

    // A garbage collector's, of two minutes.
    private static double Sawtooth(double hours) => 60 * hours % 2 / 2;

    private static double Slow(double hours) => 3 * Math.Sin(5 * hours);

    private static SoakResult Result(Func<double, double> anonymous, double hours = Minutes / 60.0) => new(
        hours / 4, s_quiet, s_quiet,
        [
            .. Enumerable.Range(0, 1 + (int)(hours * 720)).Select(number => s_quiet with
            {
                Hours = number / 720.0,
                Anonymous = anonymous(number / 720.0),
            }),
        ],
        [new(1, "gzip", 2, 1, 1, 0, 1, null)],
        ImmutableSortedDictionary<string, int>.Empty.Add("member killed", 3), [], IsWhole: true, Exit: 0, Left: 0);
}
