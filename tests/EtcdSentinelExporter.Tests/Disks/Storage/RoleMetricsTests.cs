using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class RoleMetricsTests
{
    private static readonly Mount Root = new("8:2", "/", "ext4", "/dev/sda2");

    [Fact]
    public void The_disk_of_the_incident_carries_etcd_and_longhorn() => Golden.Match(
        RoleMetrics.Families.Text(Reading(
            On(IoOf.Data, "sda"),
            On(IoOf.Wal, "nvme0n1"),
            On(new(DiskRole.StorageSystem, "longhorn", "/var/lib/longhorn"), "sda"),
            On(new(DiskRole.Logs, "", "/var/log")) with { Reasons = [DiskReason.Overlay] },
            On(new(DiskRole.Other, "backup", "/backup"), "sdb") with { Reasons = [DiskReason.Vanished] })),
        "etcd-and-longhorn-on-one-disk.txt");

    [Fact]
    public void Hostile_names_are_cut_and_stay_two()
    {
        var text = RoleMetrics.Families.Text(Reading(
            On(new(DiskRole.Other, "\u202eevil\n", "/" + new string('a', 5000)), "sda"),
            On(new(DiskRole.Other, "\u202eevil\n", "/" + new string('a', 5001)), "sda")));

        Assert.DoesNotContain("\u202e", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 1000));
        Assert.Equal(
            2, text.Split('\n')
                .Count(line => line.StartsWith("etcd_sentinel_disk_role_resolved{", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/data")]
    [InlineData("=/data")]
    [InlineData("data=")]
    [InlineData("data=relative")]
    [InlineData("/a=/b")]
    public void A_path_without_a_name_or_root_is_refused_with_what_to_write(string text) =>
        Assert.Contains(
            "write", Assert.Throws<FormatException>(() => ConfiguredPath.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_may_hold_an_equals_sign() =>
        Assert.Equal(new ConfiguredPath("data", "/a=b"), ConfiguredPath.Parse("data=/a=b"));

    private static StorageReading Reading(params RolePlace[] places) => new(IoOf.Now, new([.. places]));

    private static RolePlace On(DiskRole role, params string[] disks) => new(role, role.Path)
    {
        Mount = Root,
        Disks = [.. disks.Select(disk => new RoleDisk(disk, "S-" + disk, "lvm.crypt.partition"))],
    };
}
