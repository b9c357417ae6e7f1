using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MemberAlarmsTests
{
    [Fact]
    public void What_no_version_raises_becomes_no_label_value()
    {
        MemberAlarm[] expected =
            [new(1, "NOSPACE", IsActive: false), new(1, "CORRUPT", IsActive: false), new(9, "other", IsActive: true)];

        Assert.Equal(
            expected, MemberAlarms.All(
                [1], StatusErrors.Parse(["memberID:9 alarm:EVIL_X", "memberID:9 alarm:EVIL_Y"])));
    }
}
