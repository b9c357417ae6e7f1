using EtcdSentinelExporter.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class DefragmentationsTests
{
    [Fact]
    public void The_first_one_since_etcd_started_is_known_at_once() => Assert.Equal(3.5, Last((1, 3.5)));

    [Fact]
    public void Of_several_before_the_first_look_none_can_be_told_apart() => Assert.Null(Last((2, 7)));

    [Fact]
    public void One_more_is_the_difference() => Assert.Equal(1.5, Last((2, 7), (3, 8.5)));

    [Fact]
    public void It_stays_known_while_nothing_happens_and_the_page_is_away() =>
        Assert.Equal(1.5, Last((2, 7), (3, 8.5), null, (3, 8.5)));

    [Fact]
    public void Two_between_two_looks_make_it_unknown_and_not_stale() => Assert.Null(Last((1, 3.5), (3, 9)));

    [Fact]
    public void A_restart_of_etcd_does_not_change_which_one_was_the_last() => Assert.Equal(3.5, Last((1, 3.5), (0, 0)));

    [Fact]
    public void After_a_restart_etcd_counts_anew() => Assert.Equal(0.5, Last((2, 7), (3, 8.5), (1, 0.5)));

    [Fact]
    public void After_a_restart_it_may_have_come_to_the_same_count() => Assert.Equal(0.5, Last((1, 3.5), (1, 0.5)));

    [Fact]
    public void Without_any_there_is_none() => Assert.Null(Last((0, 0)));

    [Fact]
    public void After_a_restart_that_was_not_seen_the_same_count_with_another_sum_is_another_one() =>
        Assert.Equal(4.0, Last((1, 3.5), (1, 4.0)));

    [Fact]
    public void Two_since_a_restart_that_was_not_seen_cannot_be_told_apart()
    {
        var before = Defragmentations.Update(null, (1, 3.5), started: 1);

        Assert.Null(Defragmentations.Update(before, (2, 9), started: 2)?.LastSeconds);
    }

    private static double? Last(params ReadOnlySpan<(long, double)?> looks)
    {
        Defragmentations? seen = null;
        foreach (var look in looks)
            seen = Defragmentations.Update(seen, look, started: 1);
        return seen?.LastSeconds;
    }
}
