using EtcdSentinelExporter.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

public sealed class DefragmentOrderTests
{
    [Theory]
    // Most free pages first, the leader last, whatever it has.
    [InlineData(1, new long[] { 900, 300, 500 }, "3 2 >2 1")]
    [InlineData(3, new long[] { 100, 300, 500 }, "2 1 >1 3")]
    [InlineData(2, new long[] { 700, 800, 600, 900, 500 }, "4 1 3 5 >1 2")]
    // Alone, there is nobody to take over.
    [InlineData(1, new long[] { 900 }, "1")]
    public void Followers_come_first_and_the_former_leader_last(ulong leader, long[] free, string order)
    {
        var cluster = SomeCluster.Of(leader, free);

        Assert.Equal(order, OrderOf(cluster));
    }

    [Fact]
    public void Only_the_members_that_need_it_are_named_and_the_leader_still_hands_over_first() =>
        Assert.Equal(">2 1", OrderOf(SomeCluster.Of(1, 900, 10, 10), 1));

    [Fact]
    public void The_leader_stays_if_it_is_left_as_it_is() =>
        Assert.Equal("3 2", OrderOf(SomeCluster.Of(1, 10, 900, 950), 2, 3));

    [Fact]
    public void Learners_and_members_that_have_not_started_are_left_out()
    {
        var cluster = SomeCluster.Of(1, 900, 800, 700, 600)
            .With(2, member => member with { IsLearner = true })
            .With(3, member => member with { Name = "", ClientUrls = [] });

        Assert.Equal("4 >4 1", OrderOf(cluster));
    }

    [Fact]
    public void The_voter_that_is_caught_up_best_takes_over()
    {
        var cluster = SomeCluster.Of(1, 900, 10, 10)
            .WithState(2, state => state with { AppliedIndex = 4000 })
            .WithState(3, state => state with { AppliedIndex = 4999 });

        Assert.Equal(">3 1", OrderOf(cluster, 1));
    }

    [Fact]
    public void Without_a_voter_that_is_caught_up_the_leader_is_never_defragmented()
    {
        var cluster = SomeCluster.Of(1, 900, 10, 10)
            .WithState(2, state => state with { AppliedIndex = 3999 })
            .With(3, member => member with { Failure = "timeout", State = null });

        Assert.Equal("", OrderOf(cluster, 1));
        Assert.True(DefragmentOrder.IsStuck(cluster, [1]));
        Assert.False(DefragmentOrder.IsStuck(cluster, []));
    }

    [Fact]
    public void Without_a_known_leader_no_member_counts_as_a_follower()
    {
        var cluster = SomeCluster.Of(7, 900, 10, 10);

        Assert.Equal("", OrderOf(cluster));
        Assert.True(DefragmentOrder.IsStuck(cluster, [2]));
    }

    [Fact]
    public void A_leader_that_changed_meanwhile_is_the_last_again()
    {
        var cluster = SomeCluster.Of(3, 900, 10, 800);

        Assert.Equal("1 >1 3", OrderOf(cluster, 1, 3));
    }

    private static string OrderOf(ClusterFacts cluster, params ulong[] members) => string.Join(' ', DefragmentOrder
        .Of(cluster, members is [] ? cluster.All() : members)
        .Select(step => (step.Kind is DefragmentStepKind.MoveLeader ? ">" : "") + step.MemberId));
}
