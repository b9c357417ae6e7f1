using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public class CadenceTests
{
    private static readonly Cadence TenSeconds = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData(0, 0.2, 1, 9.8)]
    [InlineData(0, 9.9, 1, 0.1)]
    [InlineData(0, 10, 2, 10)]
    [InlineData(3, 47, 5, 3)]
    [InlineData(1, 9.999, 2, 10.001)]
    public void Polls_stay_on_a_grid_and_late_ones_skip_turns(long turn, double sinceFirst, long next, double wait)
    {
        var since = TimeSpan.FromSeconds(sinceFirst);

        Assert.Equal(next, TenSeconds.TurnAfter(turn, since));
        Assert.Equal(TimeSpan.FromSeconds(wait), TenSeconds.WaitFor(next, since));
    }

    [Fact]
    public void A_turn_is_never_taken_twice_and_never_due_in_the_past() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt, PositiveInt>((turn, milliseconds, every) =>
        {
            var cadence = new Cadence(TimeSpan.FromMilliseconds(every.Get), TimeSpan.FromSeconds(1));
            var since = TimeSpan.FromMilliseconds(milliseconds.Get);

            var next = cadence.TurnAfter(turn.Get, since);

            Assert.True(next > turn.Get);
            Assert.True(cadence.WaitFor(next, since) > TimeSpan.Zero);
        }).Holds();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    [InlineData(60 * 24 * 3600, 1)]
    public void A_cadence_that_no_timer_can_keep_is_refused(int every, int within) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Cadence(TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(within)));
}
