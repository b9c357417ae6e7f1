using System.Text;
using EtcdSentinelExporter.Disks.Block;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class MountReadOnlyTests
{
    [Theory]
    [InlineData("rw,relatime - ext4 /dev/sda1 ro,errors=remount-ro", true)]
    [InlineData("ro,relatime - ext4 /dev/sda1 rw,errors=remount-ro", false)]
    [InlineData("rw shared:1 - ext4 /dev/sda1 ro", true)]
    [InlineData("rw - ext4 /dev/sda1 rootcontext=x", false)]
    [InlineData("rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro,emergency_ro", true)]
    [InlineData("rw,relatime - ext4 /dev/sda1 rw,shutdown", true)]
    [InlineData("rw,relatime - ext4 /dev/sda1 rw,ro", false)]
    [InlineData("rw - ext4 /dev/sda1", null)]
    public void Only_the_file_systems_own_option_counts(string end, bool? isReadOnly)
    {
        Assert.True(MountLine.TryRead(Encoding.UTF8.GetBytes("22 1 8:1 / / " + end), out var line));
        Assert.Equal(isReadOnly, line.ToMount()!.IsReadOnly);
    }

    [Theory]
    [InlineData(true, "ro,relatime - ext4 /dev/sda1 rw", true)]
    [InlineData(true, "rw,relatime - ext4 /dev/sda1 rw", false)]
    [InlineData(false, "ro,relatime - ext4 /dev/sda1 rw", false)]
    [InlineData(false, "ro,relatime - ext4 /dev/sda1 ro", true)]
    public void A_read_only_mount_counts_where_it_is_the_nodes(bool isNodes, string end, bool isReadOnly)
    {
        var view = new NodeView(new(Encoding.UTF8.GetBytes("22 1 8:1 / / " + end + "\n")), "", isNodes);

        Assert.Equal(isReadOnly, view.Covering(["/var/lib/etcd"])[0]!.IsReadOnly);
    }
}
