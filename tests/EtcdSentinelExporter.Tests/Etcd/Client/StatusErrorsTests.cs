using EtcdSentinelExporter.Etcd.Client;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

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
    public void Only_the_first_alarms_and_errors_are_kept_and_the_rest_is_said_to_be_missing()
    {
        var errors = StatusErrors.Parse([.. Alarms(5000), .. Enumerable.Range(0, 5000).Select(n => $"error {n}")]);

        Assert.Equal((AnswerLimits.MaxAlarms, true), (errors.Alarms.Length, errors.AlarmsAreTruncated));
        Assert.Equal((AnswerLimits.MaxErrors, true), (errors.Unknown.Length, errors.UnknownIsTruncated));
        Assert.Equal((1UL, "error 0"), (errors.Alarms[0].MemberId, errors.Unknown[0]));
    }

    [Fact]
    public void As_many_as_are_kept_may_be_repeated()
    {
        string[] all =
            [.. Alarms(AnswerLimits.MaxAlarms), .. Enumerable.Range(0, AnswerLimits.MaxErrors).Select(n => $"error {n}")];

        var errors = StatusErrors.Parse([.. Enumerable.Repeat(all, 50).SelectMany(one => one)]);

        Assert.Equal(
            (AnswerLimits.MaxAlarms, AnswerLimits.MaxErrors), (errors.Alarms.Length, errors.Unknown.Length));
        Assert.False(errors.AlarmsAreTruncated || errors.UnknownIsTruncated);
    }

    [Fact]
    public void An_error_is_no_longer_than_a_line_of_the_log() => Assert.Equal(
        AnswerLimits.MaxErrorLength, Assert.Single(StatusErrors.Parse([new string('x', 100_000)]).Unknown).Length);

    [Fact]
    public void No_errors_are_no_alarms() =>
        Assert.Empty(StatusErrors.Parse([]).Alarms);

    private static IEnumerable<string> Alarms(int count) =>
        Enumerable.Range(1, count).Select(n => $"memberID:{n} alarm:NOSPACE ");
}
