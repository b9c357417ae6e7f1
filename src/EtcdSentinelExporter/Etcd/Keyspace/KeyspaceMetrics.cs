using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Keyspace;

internal static class KeyspaceMetrics
{
    private static readonly Subject<KeyspaceReading, MemberKeyspace> Members = new(
        reading => reading.Members, labels: ["etcd_endpoint"], member => [member.Endpoint]);

    private static readonly Subject<KeyspaceReading, (string Endpoint, KeyCounts Counts)> Counted = new(
        reading => reading.Members.Where(member => member.Counts is not null)
            .Select(member => (member.Endpoint, member.Counts!)),
        labels: ["etcd_endpoint"], member => [member.Endpoint]);

    public static ImmutableArray<MetricFamily<KeyspaceReading>> Families { get; } =
    [
        Counted.Each(member => All(member.Counts), ["resource"], one => [one.Resource])
            .Gauge("etcd_sentinel_keys",
                "Keys by resource (group/resource; core resources without a group), or by the first segment of the "
                + "path where they are not of Kubernetes. Resources beyond the 199 with the most keys, and keys of no "
                + "known resource, are other. A resource without keys has no series. Counted on one follower of the "
                + "cluster only.",
                one => one.Part.Keys),

        Counted.Gauge("etcd_sentinel_keyspace_keys",
            "All keys of the member. Absent if etcd refused to count a part.",
            member => member.Counts.Total),

        Counted.Gauge("etcd_sentinel_keyspace_resources",
            "Resources that have keys, also those in other.",
            member => member.Counts.ResourceCount),

        Counted.Gauge("etcd_sentinel_keyspace_refused_ranges",
            "Parts of the key space that etcd's access control did not let the exporter count.",
            member => member.Counts.Refused),

        Counted.Gauge("etcd_sentinel_keyspace_count_timestamp_seconds",
            "When the keys were counted, as Unix time. Counts stay for an hour while new ones are skipped.",
            member => member.Counts.At),

        Counted.Gauge("etcd_sentinel_keyspace_count_duration_seconds",
            "Time that etcd needed for the requests of the last count. The next one comes after 1,000 times as long at "
            + "the earliest.",
            member => member.Counts.Took),

        Counted.Gauge("etcd_sentinel_keyspace_count_requests",
            "Requests of the last count.",
            member => member.Counts.Requests),

        Members.Each<string>(member => member.Skip is { } skip ? [skip] : [], ["reason"], reason => [reason])
            .Gauge("etcd_sentinel_keyspace_skipped",
                "Why the last poll did not count the member's keys; always 1. The reason is one of "
                + string.Join(", ", KeyspaceSkip.All) + ". Absent if they were counted.",
                _ => true),
    ];

    private static IEnumerable<ResourceKeys> All(KeyCounts counts) =>
        counts.Resources.Append(new(KeyCounts.Other, counts.OtherKeys));
}
