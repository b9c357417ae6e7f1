using EtcdSentinelExporter.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

/// <summary>The last word before the call, by what was just read.</summary>
public sealed class DefragmentGuardTests
{
    private static readonly ClusterFacts Healthy = SomeCluster.Of(1, 900, 300, 500);

    private static readonly DefragmentGuard Guard =
        new(Healthy.ClusterId, new(RefusalPurpose.RecoverNoSpace, trustsRoom: false), []);

    [Fact]
    public void A_follower_of_a_healthy_cluster_is_defragmented() => Assert.Null(Guard.WhyNot(Healthy, 2));

    [Fact]
    public void A_member_that_leads_by_now_is_not_defragmented_unless_it_is_alone()
    {
        Assert.Equal("cp-2 is the leader now", Guard.WhyNot(SomeCluster.Of(2, 900, 300, 500), 2));
        Assert.Null(Guard.WhyNot(SomeCluster.Of(1, 900), 1));
    }

    [Fact]
    public void Without_a_known_leader_no_member_is_defragmented() =>
        Assert.Equal("the members name no leader, or several", Guard.WhyNot(SomeCluster.Of(7, 900, 300, 500), 2));

    [Fact]
    public void A_refusal_that_is_new_since_the_plan_counts()
    {
        AssertRefused("corrupt: ", Healthy with { Alarms = [new(3, "CORRUPT")] });
        AssertRefused("room: ", Healthy.With(2, member => member with { FreeBytes = 0 }));
        AssertRefused("defragmentation-under-way: ", Healthy.With(3, member => member with { IsDefragmenting = true }));
        AssertRefused("learner: ", Healthy.With(2, member => member with { IsLearner = true }));
    }

    [Fact]
    public void Another_cluster_at_the_same_addresses_is_not_touched() => Assert.Equal(
        "the members answer as cluster 64 now, not 63", Guard.WhyNot(Healthy with { ClusterId = 100 }, 2));

    [Fact]
    public void A_member_that_was_removed_or_is_silent_is_not_defragmented()
    {
        var down = Down(Healthy, 2);

        Assert.Equal("it is not a member any more", Guard.WhyNot(Healthy, 9));
        Assert.Equal("cp-2 does not answer: timeout", Guard.WhyNot(down, 2));
        Assert.Equal("cp-2 does not answer: timeout", Accepting(2).WhyNot(down, 2));
    }

    [Fact]
    public void An_accepted_silence_is_lifted_for_that_member_only_and_while_there_is_a_quorum()
    {
        // A member votes while it is being defragmented.
        Assert.Null(Accepting(3).WhyNot(Down(Healthy, 3), 2));
        Assert.Equal("cp-3 does not answer: timeout", Accepting(2).WhyNot(Down(Healthy, 3), 2));
        var lost = Down(Healthy, 3).With(1, member => member with { HasQuorum = false })
            .With(2, member => member with { HasQuorum = false });
        Assert.StartsWith("quorum-lost: ", Accepting(3).WhyNot(lost, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void One_more_member_that_is_silent_is_refused_before_any_step()
    {
        var five = SomeCluster.Of(1, 900, 300, 500, 600, 700);

        Assert.Empty(Accepting(5).Of(Down(five, 5), []));
        Assert.Contains(
            Accepting(5).Of(Down(Down(five, 5), 4), []), refusal => refusal.Code == RefusalCode.MemberDown);
    }

    private static DefragmentGuard Accepting(params ulong[] silent) =>
        Guard with { Forced = [RefusalCode.MemberDown], Silent = [.. silent] };

    private static ClusterFacts Down(ClusterFacts cluster, ulong id) =>
        cluster.With(id, member => member with { State = null, HasQuorum = false, Failure = "timeout" });

    private static void AssertRefused(string begin, ClusterFacts cluster) =>
        Assert.StartsWith(begin, Guard.WhyNot(cluster, 2), StringComparison.Ordinal);
}
