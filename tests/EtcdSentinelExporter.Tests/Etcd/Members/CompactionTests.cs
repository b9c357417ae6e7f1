using EtcdSentinelExporter.Etcd.Members;
using Mvccpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class CompactionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_claimed_while_no_sign_was_seen() =>
        Assert.Null(Compaction.Update(null, key: null, compactRevision: null, revision: 700, Noon));

    [Fact]
    public void The_first_look_counts_as_the_last_change() =>
        Assert.Equal(new Compaction(690, 600, Noon, 700), Compaction.Update(null, Key("650", 690), 600, 700, Noon));

    [Theory]
    [InlineData(690, 600, 0)]
    [InlineData(691, 600, 5)]
    [InlineData(690, 601, 5)]
    public void Either_sign_that_moves_is_a_change(long modRevision, long compactRevision, int minutesLater)
    {
        var before = Compaction.Update(null, Key("650", 690), 600, 700, Noon);

        var now = Compaction.Update(before, Key("650", modRevision), compactRevision, 800, Noon.AddMinutes(5));

        Assert.Equal(
            (Noon.AddMinutes(minutesLater), minutesLater == 0 ? 700 : 800), (now!.LastChange, now.RevisionThen));
    }

    [Fact]
    public void A_sign_that_goes_out_of_view_is_no_change_nor_is_its_return()
    {
        var seen = Compaction.Update(null, Key("650", 690), 600, 700, Noon);
        var blind = Compaction.Update(seen, key: null, compactRevision: null, 750, Noon.AddMinutes(5));

        var again = Compaction.Update(blind, Key("650", 690), 600, 700, Noon.AddMinutes(10));

        Assert.Equal(seen, blind);
        Assert.Equal(seen, again);
    }

    [Fact]
    public void A_sign_that_comes_into_view_late_is_no_change()
    {
        var onlyPage = Compaction.Update(null, key: null, 600, 700, Noon);

        Assert.Equal(Noon, Compaction.Update(onlyPage, Key("650", 690), 600, 700, Noon.AddMinutes(5))?.LastChange);
    }

    [Fact]
    public void A_key_that_holds_something_else_gives_no_revision() =>
        Assert.Null(Compaction.Revision(Key("<script>", 690)));

    private static KeyValue Key(string revision, long modRevision) => FakeMember.Key(revision, modRevision).Kvs[0];
}
