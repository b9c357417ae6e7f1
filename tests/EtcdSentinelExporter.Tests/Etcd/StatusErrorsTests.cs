using EtcdSentinelExporter.Etcd;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd;

public class StatusErrorsTests
{
    [Theory]
    [InlineData("memberID:3319814642761637952 alarm:NOSPACE ")]
    [InlineData("memberID:3319814642761637952  alarm:NOSPACE")]
    [InlineData("memberID: 3319814642761637952 alarm: NOSPACE")]
    public void An_alarm_is_read_in_both_spellings(string text)
    {
        var errors = StatusErrors.Parse([text]);

        Assert.Equal(new ActiveAlarm(3319814642761637952, "NOSPACE"), Assert.Single(errors.Alarms));
        Assert.Empty(errors.Unknown);
    }

    [Fact]
    public void Alarms_a_missing_leader_and_unknown_texts_are_kept_apart()
    {
        var errors = StatusErrors.Parse(
            ["etcdserver: no leader", "memberID:1 alarm:CORRUPT ", "memberID:2 alarm:NOSPACE ", "something new"]);

        Assert.Equal([new(1, "CORRUPT"), new(2, "NOSPACE")], errors.Alarms.ToArray());
        Assert.Equal("something new", Assert.Single(errors.Unknown));
    }

    [Fact]
    public void A_member_id_that_is_none_is_unknown() =>
        Assert.Single(StatusErrors.Parse(["memberID:99999999999999999999999 alarm:NOSPACE"]).Unknown);

    [Fact]
    public void No_errors_are_no_alarms() =>
        Assert.Empty(StatusErrors.Parse([]).Alarms);
}
