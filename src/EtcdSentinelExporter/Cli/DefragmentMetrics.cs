using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Cli;

/// <summary>What one run of <c>defragment</c> did.</summary>
/// <param name="At">Its end.</param>
/// <param name="Results">One for each member that was tried.</param>
internal sealed record DefragmentOutcome(
    DateTimeOffset At, int ExitCode, ImmutableArray<DefragmentationResult> Results);

/// <summary>The metrics that <c>defragment --textfile</c> writes.</summary>
internal static class DefragmentMetrics
{
    private static readonly Subject<DefragmentOutcome, DefragmentOutcome> Run = new(run => [run], [], _ => []);

    private static readonly Subject<DefragmentOutcome, DefragmentationResult> Member = new(
        run => run.Results, ["member", "member_id"],
        result => [result.Before?.Name ?? "", result.MemberId.ToString("x", CultureInfo.InvariantCulture)]);

    public static ImmutableArray<MetricFamily<DefragmentOutcome>> Families { get; } =
    [
        Run.Gauge("etcd_sentinel_defragment_last_run_timestamp_seconds",
            "End of the last run of the command defragment, as Unix time.", run => run.At),
        Run.Gauge("etcd_sentinel_defragment_exit_code",
            "Exit code of the last run of the command defragment: 0 is good.", run => (double)run.ExitCode),
        Member.Gauge("etcd_sentinel_defragment_success",
            "1 if the last run defragmented this member, 0 if it failed. Absent for members that were left as they "
            + "were.", result => result.Failure is null),
        Member.Gauge("etcd_sentinel_defragment_blocked_seconds",
            "Time in which the member answered nothing.", result => (TimeSpan?)result.Blocked),
        Member.Gauge("etcd_sentinel_defragment_before_bytes",
            "Size of the database file before.", result => (double?)result.Before?.State?.DbBytes),
        Member.Gauge("etcd_sentinel_defragment_after_bytes",
            "Size of the database file after. Absent if it failed.",
            result => (double?)result.After?.State?.DbBytes),
    ];

    /// <summary>The page of a run, in Prometheus' text format.</summary>
    public static Task<byte[]> TextAsync(DefragmentOutcome run) =>
        new FamiliesText(() => FamilySamples.Of(Families, run)).BytesAsync(TextFormat.Prometheus);
}
