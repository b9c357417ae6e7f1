using System.Text;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

public sealed class SelfTestTests
{
    [Theory]
    [InlineData(70_000, 4_464, 0)]
    [InlineData(70_000, 4_000, 464)]
    [InlineData(70_000, 60_000, 10_000)]
    public void The_16_bits_of_an_ata_drive_are_undone(int powerOn, int at, int age) =>
        Assert.Equal(age, Age(powerOn, $$$"""
            "ata_smart_self_test_log":{"standard":{"table":[
            {"type":{"string":"Short offline"},"status":{"value":0},"lifetime_hours":{{{at}}}}]}}
            """));

    [Theory]
    [InlineData(70_000, 4_464, 65_536)]
    [InlineData(70_000, 69_990, 10)]
    [InlineData(140_000, 100, 139_900)]
    public void An_nvme_drive_has_room_for_all_hours(int powerOn, int at, int age) =>
        Assert.Equal(age, Age(powerOn, $$$"""
            "nvme_self_test_log":{"table":[
            {"self_test_code":{"string":"Short"},"self_test_result":{"value":0},"power_on_hours":{{{at}}}}]}
            """));

    [Theory]
    [InlineData(70_000, 4_464, 65_536)]
    [InlineData(70_000, 65_534, 4_466)]
    [InlineData(70_000, 65_535, null)]
    [InlineData(200_000, 65_535, null)]
    public void The_hours_of_a_sas_drive_stop_and_say_nothing_then(int powerOn, int at, int? age) =>
        Assert.Equal(age, Age(powerOn, $$$"""
            "scsi_self_test_0":{"code":{"string":"Background short"},"result":{"value":0},"power_on_time":{"hours":{{{at}}}}}
            """));

    private static double? Age(int powerOn, string log)
    {
        var text = $$$"""{"power_on_time":{"hours":{{{powerOn}}}},{{{log}}}}""";
        var test = Assert.Single(SmartReport.Parse(Encoding.UTF8.GetBytes(text)).Decoded().SelfTests);

        Assert.Equal("short", test.Test.Kind);
        return test.Age?.TotalHours;
    }
}
