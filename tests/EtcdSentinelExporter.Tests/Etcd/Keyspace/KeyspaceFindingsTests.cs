using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class KeyspaceFindingsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_ordinary_cluster_has_none() => Assert.Empty(Judge(
        Counts(("events", 5_000), ("pods", 20_000), ("coordination.k8s.io/leases", 900), ("nodes", 5))));

    [Theory]
    [InlineData("events", 60_000, "Warning", "An events storm: 60,000 events; they expire after an hour.")]
    [InlineData("pods", 150_000, "Info", "pods have 150,000 of 150,003 keys.")]
    [InlineData("coordination.k8s.io/leases", 1_200, "Info",
        "1,200 leases for 3 nodes: each is renewed every few seconds, or left behind.")]
    public void Too_many_of_one_resource_are_one(string resource, long keys, string severity, string summary)
    {
        var finding = Assert.Single(Judge(Counts((resource, keys), ("nodes", 3))));

        Assert.Equal(("EtcdManyKeys", severity, summary), (finding.Code, $"{finding.Severity}", finding.Summary));
    }

    [Fact]
    public void Growth_of_a_tenth_an_hour_is_one()
    {
        var now = Counts(("pods", 20_000));
        var member = Member(now) with { Earlier = [Counts(("pods", 15_000)) with { At = Noon.AddMinutes(-60) }, now] };

        var finding = Assert.Single(KeyspaceFindings.Judge(new(Noon, [member])));

        Assert.Equal("EtcdObjectsGrowing", finding.Code);
        Assert.Equal("pods grow by 5,000 an hour; there are 20,000.", finding.Summary);
    }

    [Fact]
    public void Series_are_these()
    {
        var counts = Counts(("pods", 4), ("nodes", 1)) with { Took = TimeSpan.FromMilliseconds(12) };

        Golden.Match(
            KeyspaceMetrics.Families.Text(new KeyspaceReading(Noon,
            [
                Member(counts),
                new() { Endpoint = "https://10.0.0.2:2379", Skip = KeyspaceSkip.OtherMember },
            ])),
            "keys-of-one-member.txt");
    }

    private static ImmutableArray<Finding> Judge(KeyCounts counts) =>
        [.. KeyspaceFindings.Judge(new(Noon, [Member(counts)]))];

    private static MemberKeyspace Member(KeyCounts counts) =>
        new() { Endpoint = "https://127.0.0.1:2379", Counts = counts };

    private static KeyCounts Counts(params (string Resource, long Keys)[] keys) =>
        new KeyCounts(Noon, TimeSpan.Zero, Requests: 7).With(
            keys.ToDictionary(one => one.Resource, one => one.Keys, StringComparer.Ordinal), gaps: 0, refused: 0);
}
