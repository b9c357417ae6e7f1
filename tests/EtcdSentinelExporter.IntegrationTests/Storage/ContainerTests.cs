using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Views as a pod has them: a root of its own, and folders of the node mounted into it.</summary>
public sealed class ContainerTests
{
    // A root of its own, as a container runtime makes it, out of this machine's programs; ours lies wherever it
    // was built.
    private static readonly string Container = $$"""
        mkdir c real; mkdir real/member; disk one 32M; mkfs.ext4 -q $one; mkdir ext4; mount $one ext4; losetup -d $one; DISKS=
        here=$PWD; mount -t tmpfs container c; cd c; mkdir -p host old proc sys dev tmp var/lib/etcd var/log
        for d in usr etc bin sbin lib lib64 opt root; do [ ! -e /$d ] || { mkdir $d; mount --rbind /$d $d; }; done
        mount --rbind / host; mount --make-rslave host; mount --rbind /sys sys; mount --rbind /dev dev; mount --rbind /tmp tmp
        program='{{Path.GetDirectoryName(Sentinel.Program)}}'; mkdir -p ".$program"; mount --bind "$program" ".$program"
        mount -t proc proc proc; mount --bind "$here/real" var/lib/etcd
        pivot_root . old; umount -l old; cd /
        """;

    [Fact]
    public async Task A_folder_of_the_node_keeps_its_disk_in_a_container_and_the_rest_has_none()
    {
        Mounts.Need("", "pivot_root", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.WithSettingsAsync(
            Container, _ => ["--storage.data-dir=/var/lib/etcd", "--storage.paths=own=/var/log"]);

        var node = await OnNodeAsync(layout.Folder);
        Assert.Equal(node.Split(' ')[0], layout.Said("etcd_data").Split(' ')[0]);
        Assert.True(
            layout.Page.Has("etcd_sentinel_disk_role_resolved", "etcd_data", "/var/lib/etcd"), layout.Page.Text);
        Assert.Equal("tmpfs", layout.Said("own"));
    }

    [Fact]
    public async Task Under_the_nodes_root_paths_are_the_nodes()
    {
        Mounts.Need("", "pivot_root", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.WithSettingsAsync(Container, folder =>
            ["--path.rootfs=/host", $"--storage.data-dir={folder}/real", $"--storage.paths=ext4={folder}/ext4"]);

        var node = await OnNodeAsync(layout.Folder);
        Assert.Equal(node, layout.Said("etcd_data"));
        Assert.True(
            layout.Page.Has("etcd_sentinel_disk_role_resolved", "etcd_data", $"{layout.Folder}/real"),
            layout.Page.Text);
        Assert.Matches(
            HasDisk(node) ? $"^{node.Split(' ')[0]} {layout.Folder}/ext4 /dev/loop[0-9]+ ext4 loop" : $"^{node}$",
            layout.Said("ext4"));
        Assert.Equal(
            HasDisk(await OnNodeAsync("/")) ? 1 : 0, layout.Page.Value("etcd_sentinel_disk_role_resolved", "root"));
    }

    [Fact]
    public async Task Where_the_nodes_proc_is_visible_its_own_mounts_count()
    {
        Mounts.Need("", "pivot_root", "mkfs.ext4", "findmnt", "lsblk");
        await using var layout = await Layout.WithSettingsAsync(Container, folder =>
            ["--path.rootfs=/host", "--path.procfs=/host/proc", $"--storage.data-dir={folder}/ext4"]);

        // The mount is in the container's name space alone: the node's first process sees a folder of the disk.
        Assert.Equal(await OnNodeAsync(layout.Folder), layout.Said("etcd_data"));
    }

    // The node is this machine.
    private static Task<string> OnNodeAsync(string path) =>
        new DiskOfPath(command => CleanProcess.RunAsync("/bin/sh", ["-c", command])).FindAsync(path);

    private static bool HasDisk(string found) => found.Contains(' ', StringComparison.Ordinal);
}
