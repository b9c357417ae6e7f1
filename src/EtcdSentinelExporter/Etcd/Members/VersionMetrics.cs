using System.Globalization;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Metrics of what is known of the versions of members.</summary>
internal static class VersionMetrics
{
    // Those about upgrades are no fault of the version.
    private static readonly ImmutableArray<string> Levels =
        [.. Advisory.Levels.Where(level => level is not Advisory.Upgrade)];

    private static readonly Subject<MembersReading, AdvisoryTable> Table = new(
        reading => reading.Members.IsEmpty ? [] : [reading.Advisories], labels: [], _ => []);

    private static readonly Subject<MembersReading, (string Endpoint, string Level, int Count)> Counts = new(
        reading => reading.Members.SelectMany(member => Of(member, reading.Advisories)),
        labels: ["etcd_endpoint", "level"], count => [count.Endpoint, count.Level]);

    public static ImmutableArray<MetricFamily<MembersReading>> Families { get; } =
    [
        Counts.Gauge("etcd_sentinel_member_advisories",
            "Number of advisories for the member's version. avoid: it must not be run; security: a hole; fault: "
            + "another fault that matters. Absent if the version is not known, or newer than the table.",
            count => (double?)count.Count),

        Table.Gauge("etcd_sentinel_advisories_timestamp_seconds",
            "Day of the table of advisories, as Unix time. Absent without members.",
            table => DateTimeOffset.ParseExact(
                table.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
    ];

    private static IEnumerable<(string, string, int)> Of(MemberReading member, AdvisoryTable table) =>
        VersionFindings.VersionOf(member) is { } version && !table.IsUnknown(version)
            ? Levels.Select(level => (member.Endpoint, level, table.Of(version).Count(one => one.Level == level)))
            : [];
}
