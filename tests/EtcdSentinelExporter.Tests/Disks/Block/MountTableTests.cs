using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class MountTableTests
{
    private const string Root = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw";

    [Theory]
    [InlineData("/var/lib/etcd", "8:2")]
    [InlineData("/var/lib/etcd/member/wal", "8:2")]
    [InlineData("/var/lib/etcd2", "254:0")]
    [InlineData("/", "254:0")]
    public void A_path_is_on_the_mount_above_it(string path, string device) =>
        Assert.Equal(device, On(path, Root, "30 27 8:2 / /var/lib/etcd rw - ext4 /dev/sda2 rw")!.Device);

    [Fact]
    public void Of_two_mounts_at_one_place_the_upper_one_counts() => Assert.Equal("8:3", On("/data/etcd", Root,
        "30 27 8:2 / /data rw - ext4 /dev/sda2 rw",
        "31 30 8:3 / /data rw - ext4 /dev/sda3 rw")!.Device);

    [Fact]
    public void A_mount_over_a_folder_hides_the_mounts_inside_it() => Assert.Equal("8:3", On("/var/lib/etcd", Root,
        "30 27 8:2 / /var/lib/etcd rw - ext4 /dev/sda2 rw",
        "31 27 8:3 / /var rw - ext4 /dev/sda3 rw")!.Device);

    [Fact]
    public void A_mount_that_was_moved_onto_a_younger_one_counts() => Assert.Equal("8:2", On("/data/sub/x", Root,
        "30 31 8:2 / /data/sub rw - ext4 /dev/sda2 rw",
        "31 27 8:3 / /data rw - ext4 /dev/sda3 rw")!.Device);

    [Theory]
    [InlineData("")]
    [InlineData("shared:1 ")]
    [InlineData("shared:1 master:2 propagate_from:3 unbindable ")]
    [InlineData("what_a_newer_kernel:says another ")]
    public void Optional_fields_do_not_matter(string optional)
    {
        var mount = On("/data", Root, $"30 27 8:2 /sub /data rw,noatime {optional}- xfs /dev/sda2 rw,attr2");

        Assert.Equal(new Mount("8:2", "/data", "xfs", "/dev/sda2"), mount! with { IsReadOnly = null });
    }

    [Fact]
    public void Escapes_are_undone()
    {
        var mount = On("/my data\\\n/x", Root, @"30 27 8:2 / /my\040data\134\012 rw - ext4 /dev/disk\040one rw");

        Assert.Equal(("/my data\\\n", "/dev/disk one"), (mount!.Point, mount.Source));
    }

    [Theory]
    [InlineData("30")]
    [InlineData("30 27 8:2 / /data")]
    [InlineData("x 27 8:2 / /data rw - ext4 /dev/sda2 rw")]
    [InlineData("30 27x 8:2 / /data rw - ext4 /dev/sda2 rw")]
    [InlineData("30 27 8:2 / data rw - ext4 /dev/sda2 rw")]
    [InlineData("")]
    public void A_line_that_is_none_is_passed_over(string line) =>
        Assert.Equal("254:0", On("/data", Root, line)!.Device);

    [Fact]
    public void A_mount_whose_line_breaks_off_is_not_known() =>
        Assert.Null(On("/data", Root, "30 27 8:2 / /data rw shared:1"));

    [Fact]
    public void A_file_without_any_mount_is_refused() =>
        Assert.Throws<FormatException>(() => On("/data", "nothing", "here"));

    [Fact]
    public void Where_the_root_cannot_be_seen_a_path_beside_the_mounts_is_on_none() =>
        Assert.Null(On("/home", "30 27 8:2 / /data rw - ext4 /dev/sda2 rw"));

    [Fact]
    public void A_root_that_is_its_own_parent_is_where_the_way_begins() => Assert.Equal("254:0", On("/home",
        "1 1 0:2 / / rw - rootfs rootfs rw", "27 1 254:0 / / rw - ext4 /dev/vda rw")!.Device);

    [Fact]
    public void Parents_in_a_circle_do_not_keep_it() => Assert.Null(On("/data",
        "30 31 8:2 / /data rw - ext4 /dev/sda2 rw", "31 30 8:3 / /data rw - ext4 /dev/sda3 rw"));

    [Fact]
    public void Ten_thousand_mounts_are_looked_through()
    {
        var lines = Enumerable.Range(100, 10_000)
            .Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i} 27 0:{i} / /var/lib/kubelet/pods/{i}/volume rw - tmpfs tmpfs rw"));

        Assert.Equal("0:10099", On("/var/lib/kubelet/pods/10099/volume/x", [Root, .. lines])!.Device);
    }

    [Fact]
    public void Mounts_that_bear_a_name_need_a_disk_of_their_own()
    {
        var table = Table(Root,
            "30 27 8:2 / /mnt/longhorn-1 rw - ext4 /dev/sda2 rw",
            "31 27 0:44 / /mnt/longhorn-2 rw - tmpfs tmpfs rw",
            "32 27 8:3 / /mnt/data rw - ext4 /dev/sda3 rw");

        Assert.Equal(("/mnt/longhorn-1", "longhorn"), Assert.Single(table.Named(["longhorn", "ceph"], 10)));
        Assert.Empty(table.Named(["longhorn"], 0));
    }

    [Theory]
    [InlineData("/home/brooks", false)]
    [InlineData("/home/brooks/rook", true)]
    [InlineData("/mnt/my-rook-data", true)]
    [InlineData("/rook", true)]
    public void A_name_begins_where_a_word_begins(string point, bool isFound) =>
        Assert.Equal(
            isFound, Table(Root, $"30 27 8:2 / {point} rw - ext4 /dev/sda2 rw").Named(["rook"], 10).Length == 1);

    [Fact]
    public void No_text_makes_it_fail_otherwise_than_by_refusing_it() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var text = Encoding.UTF8.GetBytes(Root + "\n").Concat(bytes).ToArray();
            return new MountTable(text).Covering(["/x"]).Length == 1
                && new MountTable(text).Named(["a"], 5).Length <= 5;
        }).Holds();

    private static Mount? On(string path, params string[] lines) => Table(lines).Covering([path])[0];

    private static MountTable Table(params string[] lines) =>
        new(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
}
