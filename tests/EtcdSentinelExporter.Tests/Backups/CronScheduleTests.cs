using EtcdSentinelExporter.Backups;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 */12 * * *", 12)]
    [InlineData("0 */5 * * *", 5)]
    [InlineData("30 3 * * *", 24)]
    [InlineData("0 1-5 * * *", 20)]
    [InlineData("0 8,20 * * *", 12)]
    [InlineData("0 0 * * 1-5", 72)]
    [InlineData("0 0 * * 7", 168)]
    [InlineData("0 0 1,15 * 1", 168)]
    [InlineData("0 0 1 * *", 31 * 24)]
    [InlineData("@every 90m", 1.5)]
    [InlineData("@daily", 24)]
    public void The_longest_gap_is_found(string schedule, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), CronSchedule.LongestGap(schedule));

    [Theory]
    [InlineData("")]
    [InlineData("0 * * *")]
    [InlineData("61 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 0 31 2 *")]
    [InlineData("a b c d e")]
    [InlineData("@every soon")]
    [InlineData("5-1 * * * *")]
    [InlineData("1/2/3 * * * *")]
    public void What_is_no_schedule_has_none(string schedule) => Assert.Null(CronSchedule.LongestGap(schedule));
}
