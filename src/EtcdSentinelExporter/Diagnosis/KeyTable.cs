using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The table about what fills the database.</summary>
internal static class KeyTable
{
    private const int MaxRows = 10;

    public static ReportTable Of(KeyspaceReading? reading) => ReportTable.Of(
        "keys", "Most keys", Rows(reading),
        new("endpoint", "Endpoint", row => ReportCell.Of(row.Member.Endpoint), isExtra: true),
        new("resource", "Resource", row => ReportCell.Of(row.Keys.Resource)),
        new("keys", "Keys", row => ReportCell.Of(row.Keys.Keys), isNumber: true),
        new("share_ratio", "Share", row => ReportCell.Percent(row.Share), isNumber: true),
        new("growth_per_hour", "Growth an hour", row => ReportCell.Of(row.Growth, "0"), isNumber: true));

    /// <summary>Why no keys are shown of an endpoint, one sentence each.</summary>
    public static IEnumerable<string> Notes(KeyspaceReading? reading) =>
        from member in reading?.Members ?? []
        where member is { Counts: null, Skip: not null }
        select $"{member.Endpoint}: its keys were not counted: {KeyspaceSkip.Describe(member.Skip!)}.";

    private static IEnumerable<Row> Rows(KeyspaceReading? reading) =>
        from member in reading?.Members ?? []
        where member.Counts is not null
        let counts = member.Counts!
        from keys in counts.Resources.Append(new(KeyCounts.Other, counts.OtherKeys))
            .Where(one => one.Keys > 0).OrderByDescending(one => one.Keys).Take(MaxRows)
        select new Row(member, keys, (double)keys.Keys / counts.Counted, member.GrowthPerHour(keys.Resource));

    private sealed record Row(MemberKeyspace Member, ResourceKeys Keys, double Share, double? Growth);
}
