using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Real mounts: what the exporter says is what findmnt and lsblk say.</summary>
public sealed class LayoutTests
{
    [Fact]
    public async Task File_systems_on_loop_devices_are_on_the_disk_of_their_file()
    {
        Mounts.Need("", "mkfs.ext4", "mkfs.xfs", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 64M; mkfs.ext4 -q $one; mkdir ext4; mount $one ext4
            disk two 320M; mkfs.xfs -q $two; mkdir 'xfs'; mount $two xfs; mkdir -p xfs/member/wal
            """, "ext4", "xfs", "xfs/member/wal");

        Assert.Equal(await layout.FoundAsync("ext4", "loop"), layout.Said("ext4"));
        Assert.Equal(await layout.FoundAsync("xfs", "loop"), layout.Said("xfs"));
        Assert.Equal(layout.Said("xfs"), layout.Said("xfs/member/wal"));
    }

    [Fact]
    public async Task A_partition_of_a_loop_device_is_seen_through()
    {
        Mounts.Need("", "mkfs.ext4", "addpart", "findmnt", "lsblk");
        // Told to the kernel directly: it may not know how to read partition tables. A test that was killed leaves its
        // partition on the loop device.
        await using var layout = await Layout.OfAsync("""
            disk one 64M; delpart $one 1 2>/dev/null || true; addpart $one 1 2048 100000; echo "$one" >partitioned
            mkfs.ext4 -q ${one}p1; mkdir data; mount ${one}p1 data
            """, "data");

        Assert.Equal(await layout.FoundAsync("data", "partition.loop"), layout.Said("data"));
    }

    [Fact]
    public async Task Subvolumes_of_a_btrfs_are_on_its_disk()
    {
        Mounts.Need("", "mkfs.btrfs", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 128M; mkfs.btrfs -q $one; mkdir top sub
            mount $one top; btrfs subvolume create top/@etcd >/dev/null; mkdir top/@etcd/member
            mount -o subvol=@etcd $one sub
            """, "top", "top/@etcd", "sub/member");

        Assert.Equal(await layout.FoundAsync("top", "loop"), layout.Said("top"));
        Assert.Equal(layout.Said("top"), layout.Said("top/@etcd"));
        Assert.Equal(await layout.FoundAsync("sub/member", "loop"), layout.Said("sub/member"));
    }

    [Fact]
    public async Task A_btrfs_on_two_devices_beside_another_is_told_apart()
    {
        Mounts.Need("", "mkfs.btrfs", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 128M; disk two 128M; disk three 128M
            mkfs.btrfs -q -d raid1 -m raid1 $one $two; mkfs.btrfs -q $three
            mkdir pair single; mount $one pair; mount $three single
            """, "pair", "single");

        Assert.Equal(await layout.FoundAsync("pair", "btrfs.loop"), layout.Said("pair"));
        Assert.Equal(await layout.FoundAsync("single", "loop"), layout.Said("single"));
    }

    [Fact]
    public async Task What_has_no_disk_says_why()
    {
        Mounts.Need("overlay", "mkfs.ext4", "findmnt");
        await using var layout = await Layout.OfAsync("""
            mkdir memory lower upper work merged; mount -t tmpfs tmpfs memory
            mkdir memory/upper memory/work; mount -t overlay -o lowerdir=lower,upperdir=memory/upper,workdir=memory/work overlay merged
            truncate -s 16M memory/disk.img; mkfs.ext4 -q memory/disk.img; mkdir ext4; mount -o loop memory/disk.img ext4
            """, "memory", "merged", "ext4");

        Assert.Equal(["tmpfs", "overlay", "tmpfs"], new[] { "memory", "merged", "ext4" }.Select(layout.Said));
    }

    [Fact]
    public async Task Bind_mounts_and_mounts_over_mounts_are_told_as_the_kernel_walks()
    {
        Mounts.Need("", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 32M; disk two 32M; mkfs.ext4 -q $one; mkfs.ext4 -q $two
            mkdir data bound over hidden hidden/etcd real; mount $one data; mkdir -p data/etcd
            mount --bind data/etcd bound
            mount $one over; mount -t tmpfs tmpfs over; mount $two over
            mount $two hidden/etcd; mount -t tmpfs tmpfs hidden; mkdir hidden/etcd
            mount --bind real real; ln -s "$PWD/bound" link
            """, "bound", "over", "hidden/etcd", "real", "link");

        Assert.Equal(await layout.FoundAsync("bound", "loop"), layout.Said("bound"));
        Assert.Equal(await layout.FoundAsync("over", "loop"), layout.Said("over"));
        Assert.Equal("tmpfs", layout.Said("hidden/etcd"));
        Assert.Equal(await layout.FoundAsync("real"), layout.Said("real"));
        Assert.Equal(layout.Said("bound"), layout.Said("link"));
    }

    [Fact]
    public async Task A_mapped_device_is_seen_through()
    {
        Mounts.Need("device-mapper", "dmsetup", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 64M; name=layout-$$
            echo "0 131072 linear $one 0" | dmsetup create "$name"
            mkfs.ext4 -q "/dev/mapper/$name"; mkdir data; mount "/dev/mapper/$name" data
            dmsetup remove --deferred "$name"
            """, "data");

        Assert.Equal(await layout.FoundAsync("data", "dm.loop"), layout.Said("data"));
    }

    [Fact]
    public async Task An_array_is_seen_through()
    {
        Mounts.Need("md", "mdadm", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.OfAsync("""
            disk one 64M; disk two 64M; array=/dev/md/layout$$
            mdadm --create --run --quiet --level=1 --metadata=1.2 --raid-devices=2 "$array" $one $two
            mkfs.ext4 -q "$array"; mkdir data; mount "$array" data
            """, "data");

        Assert.Equal(await layout.FoundAsync("data", "md.loop"), layout.Said("data"));
    }
}
