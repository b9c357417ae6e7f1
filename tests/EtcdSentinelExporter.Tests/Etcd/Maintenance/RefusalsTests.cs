using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Versions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

public sealed class RefusalsTests
{
    private const long Gibibyte = 1L << 30;

    private static readonly ClusterFacts Healthy = SomeCluster.Of(1, 900, 300, 500);

    [Fact]
    public void A_healthy_cluster_is_not_refused() => Assert.Empty(Of(Healthy));

    [Fact]
    public void Without_a_quorum_nothing_can_be_forced()
    {
        var refusals = Of(Healthy with
        {
            Members = [.. Healthy.Members.Select(member => member with { HasQuorum = false, Failure = "timeout" })],
        });

        Assert.Equal("quorum-lost member-down", string.Join(' ', refusals.Select(one => one.Code).Aggregate(
            new List<string>(), (runs, code) => runs is [.., var last] && last == code ? runs : [.. runs, code])));
        Assert.DoesNotContain(refusals, refusal => refusal.CanBeForced);
    }

    [Theory]
    [InlineData(RefusalPurpose.Defragment, false)]
    [InlineData(RefusalPurpose.RecoverNoSpace, true)]
    internal void A_member_that_is_down_can_be_forced_in_a_recovery_only(RefusalPurpose purpose, bool canBeForced)
    {
        var refusal = Assert.Single(Of(Down(Healthy, 2), purpose));

        Assert.Equal(RefusalCode.MemberDown, refusal.Code);
        Assert.Contains("cp-2", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(canBeForced, refusal.CanBeForced);
    }

    [Fact]
    public void A_cluster_without_a_known_leader_is_refused() =>
        AssertOnly(RefusalCode.QuorumLost, canBeForced: false, Of(SomeCluster.Of(7, 900, 300, 500)));

    [Fact]
    public void A_defragmentation_under_way_is_that_and_not_a_member_that_is_down()
    {
        var cluster = Down(Healthy, 2).With(2, member => member with { IsDefragmenting = true });

        AssertOnly(RefusalCode.UnderWay, canBeForced: false, new Refusals(RefusalPurpose.Defragment, false).Of(cluster, []));
    }

    [Fact]
    public void CORRUPT_cannot_be_forced_and_NOSPACE_is_no_refusal()
    {
        AssertOnly(RefusalCode.Corrupt, canBeForced: false, Of(Healthy with { Alarms = [new(2, "CORRUPT")] }));
        Assert.Empty(Of(Healthy with { Alarms = [new ActiveAlarm(2, "NOSPACE")] }));
    }

    [Theory]
    // 1.2 × 100 MiB + 512 MiB.
    [InlineData(632, "")]
    [InlineData(631, "room")]
    [InlineData(null, "room")]
    public void A_defragmentation_needs_room_for_a_copy(int? freeMebibytes, string codes)
    {
        var cluster = Healthy.With(3, member => member with { FreeBytes = freeMebibytes * SomeCluster.Mebibyte });

        var refusals = Of(cluster);

        Assert.Equal(codes, Codes(refusals));
        Assert.DoesNotContain(refusals, refusal => refusal.CanBeForced);
    }

    [Fact]
    public void Room_that_somebody_has_checked_is_trusted_where_it_cannot_be_read_and_nowhere_else()
    {
        var unknown = Healthy.With(3, member => member with { FreeBytes = null });
        var tooLittle = Healthy.With(3, member => member with { FreeBytes = 0 });

        Assert.Empty(Of(unknown, trustsRoom: true));
        var here = unknown.With(3, member => member with { IsLocal = true });
        Assert.Equal("room", Codes(Of(here, trustsRoom: true)));
        Assert.Equal("room", Codes(Of(tooLittle, trustsRoom: true)));
    }

    [Theory]
    [InlineData("3.4.37", "etcd#20650")]
    [InlineData("3.4.38", "")]
    [InlineData("3.4.34", "etcd#20650 etcd#18843")]
    [InlineData("3.4.3", "etcd#20650 etcd#18843 etcd#11613")]
    [InlineData("3.5.22", "etcd#20650")]
    [InlineData("3.5.23", "")]
    [InlineData("3.5.16", "etcd#20650 etcd#18842")]
    [InlineData("3.5.5", "etcd#20650 etcd#18842 etcd#14733")]
    [InlineData("3.5.17-rc.1", "etcd#20650")]
    public void Known_faults_are_named_and_can_be_forced(string version, string faults)
    {
        var refusals = Of(Healthy.WithState(2, state => state with { Version = version }));

        Assert.Equal(faults, string.Join(' ', refusals.Select(refusal => refusal.Reason.Split(' ')[3].TrimEnd(':'))));
        Assert.All(refusals, refusal => Assert.True(refusal is { Code: RefusalCode.Version, CanBeForced: true }));
        Assert.Empty(Refusals.Without(refusals, ["version"]));
        Assert.Equal(refusals, Refusals.Without(refusals, ["blocked-too-long"]));
    }

    [Fact]
    public void A_table_of_the_users_own_replaces_the_known_faults()
    {
        var table = AdvisoryTable.Parse("""
            date: 2027-01-01
            newest: [3.5.40]
            advisories:
            - {id: etcd#1, level: fault, fixed: [3.5.39], when: defragmentation, why: it ends, source: here, date: 2027-01-01}
            - {id: etcd#2, level: fault, fixed: [3.5.39], why: something else, source: here, date: 2027-01-01}
            """);
        var refusals = Of(Healthy.WithState(2, state => state with { Version = "3.5.38" }) with { Advisories = table });

        Assert.Equal(
            ["etcd 3.5.30 has etcd#1: it ends (here)", "etcd 3.5.38 has etcd#1: it ends (here)"],
            refusals.Select(refusal => refusal.Reason));
        Assert.Equal("Update etcd to 3.5.39 or later", refusals[0].Remedy);
    }

    [Theory]
    [InlineData("3.3.27")]
    [InlineData("3.6.14")]
    [InlineData("3.7.1")]
    [InlineData("4.0.0")]
    [InlineData("unknown")]
    public void A_minor_that_was_not_tried_cannot_be_forced(string version) => AssertOnly(
        RefusalCode.MinorNotTried, canBeForced: false,
        Of(Healthy.WithState(2, state => state with { Version = version })));

    [Fact]
    public void A_learner_is_not_defragmented() => AssertOnly(
        RefusalCode.Learner, canBeForced: false, Of(Healthy.With(2, member => member with { IsLearner = true })));

    [Theory]
    // 20 s for each 10⁹ bytes, and half of 85 s.
    [InlineData(2_125_000_000, null, "")]
    [InlineData(2_126_000_000, null, "blocked-too-long")]
    // What it took before counts more, but not if it may have been for a much smaller database.
    [InlineData(4_000_000_000, 20.0, "")]
    [InlineData(4_300_000_000, 1.0, "blocked-too-long")]
    [InlineData(1_000_000_000, 30.0, "blocked-too-long")]
    public void A_block_that_kubelet_would_punish_is_refused(long inUse, double? last, string codes)
    {
        var cluster = Healthy.WithState(
            2, state => state with { DbBytes = 8 * Gibibyte, InUseBytes = inUse, DefragmentationSeconds = last }) with
        {
            Probes = [new("etcd", TimeSpan.FromSeconds(85)), new("kube-apiserver", TimeSpan.FromSeconds(90))],
        };

        var refusals = Of(cluster);

        Assert.Equal(codes, Codes(refusals));
        Assert.All(refusals, refusal => Assert.True(refusal.CanBeForced));
    }

    [Fact]
    public void Probes_that_cannot_be_read_are_not_taken_to_be_patient()
    {
        var refusals = Of(Healthy with { UnreadProbes = ["/etc/kubernetes/manifests/etcd.yaml"] });

        Assert.Equal(["blocked-too-long"], refusals.Select(refusal => refusal.Code).Distinct());
        Assert.All(refusals, refusal => Assert.True(refusal.CanBeForced));
        Assert.Contains("/etc/kubernetes/manifests/etcd.yaml cannot be read", refusals[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_program_that_defragments_is_named() => AssertOnly(
        RefusalCode.OtherActor, canBeForced: false, Of(Healthy with { OtherActors = ["etcd-druid"] }));

    [Fact]
    public void A_refusal_says_how_it_is_forced_if_it_can() => Assert.Equal(
        "version: it has a fault. Update it. Override: --force=version.",
        new Refusal("version", "it has a fault", "Update it", CanBeForced: true).ToString());

    private static ClusterFacts Down(ClusterFacts cluster, ulong id) =>
        cluster.With(id, member => member with { State = null, HasQuorum = false, Failure = "timeout" });

    private static System.Collections.Immutable.ImmutableArray<Refusal> Of(
        ClusterFacts cluster, RefusalPurpose purpose = RefusalPurpose.Defragment, bool trustsRoom = false) =>
        new Refusals(purpose, trustsRoom).Of(cluster, cluster.All());

    private static string Codes(IEnumerable<Refusal> refusals) =>
        string.Join(' ', refusals.Select(refusal => refusal.Code));

    private static void AssertOnly(string code, bool canBeForced, IReadOnlyList<Refusal> refusals)
    {
        var refusal = Assert.Single(refusals);
        Assert.Equal(code, refusal.Code);
        Assert.Equal(canBeForced, refusal.CanBeForced);
    }
}
