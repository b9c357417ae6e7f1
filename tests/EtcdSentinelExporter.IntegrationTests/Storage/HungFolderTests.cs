using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A write-ahead log on a file system that does not answer.</summary>
public sealed class HungFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hung-");

    [Fact]
    public async Task A_folder_that_hangs_is_said_and_hides_nothing_else()
    {
        Skip.If(Machine.Fuse);
        var (data, wal) = (Path.Combine(_folder.FullName, "data"), Path.Combine(_folder.FullName, "wal"));
        Directory.CreateDirectory(Path.Combine(data, "member/snap"));
        await File.WriteAllTextAsync(Path.Combine(data, "member/snap/db"), "123");
        await using var silent = await SilentFileSystem.MountAsync(wal, Path.Combine(_folder.FullName, "mount.log"));
        await using var sentinel = await Sentinel.StartAsync(
            _folder.FullName, findsHangs: true, $"--storage.data-dir={data}", $"--storage.wal-dir={wal}",
            "--storage.every=4s", "--storage.timeout=4s",
            "--drives.enabled=false", "--certificates.enabled=false");

        // It hangs until the end of the test: a scrape that waited for it would never come back.
        var page = await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_wal", "unreadable") is 1
                && page.Has("etcd_sentinel_data_dir_bytes", "backend"),
            "it is said to be unreadable");

        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "storage"));
        Assert.Equal(3, page.Value("etcd_sentinel_data_dir_bytes", "backend"));
        Assert.True(page.Has("etcd_sentinel_filesystem_avail_bytes", "etcd_data"));
        Assert.False(page.Has("etcd_sentinel_filesystem_avail_bytes", "etcd_wal"));
        Assert.Equal(1, page.Value("etcd_sentinel_disk_role_unresolved", "etcd_wal", "unreadable"));
        Assert.True(page.Has("etcd_sentinel_disk_role_info", "etcd_data")
            || page.Has("etcd_sentinel_disk_role_unresolved", "etcd_data"));
        Assert.False(page.Has("etcd_sentinel_disk_role_unresolved", "etcd_data", "unreadable"));

        await silent.DisposeAsync();
        await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_wal", "empty") is 1, "it is looked at again");
        await sentinel.WaitAsync(
            page => !page.Has("etcd_sentinel_disk_role_unresolved", "etcd_wal", "unreadable"),
            "its disk is looked for again");
    }

    [Fact]
    public async Task Many_folders_that_hang_bring_none_into_being()
    {
        Skip.If(Machine.Fuse);
        string[] names = ["a", "b", "c", "d"];
        var silent = await Task.WhenAll(names.Select(name =>
            SilentFileSystem.MountAsync(
                Path.Combine(_folder.FullName, name), Path.Combine(_folder.FullName, name + ".log"))));
        try
        {
            await using var sentinel = await Sentinel.StartAsync(
                _folder.FullName,
                findsHangs: true,
                ["--storage.every=4s", "--storage.timeout=4s", "--drives.enabled=false", "--certificates.enabled=false",
                .. names.Select(name => $"--storage.paths={name}={_folder.FullName}/{name}")]);

            var page = await sentinel.WaitAsync(
                page => page.Value("etcd_sentinel_polls_total", "storage", "success") >= 2, "it has looked again");

            Assert.Equal(1, page.Value("etcd_sentinel_disk_role_unresolved", "other", "d", "unreadable"));
            Assert.True(page.Has("etcd_sentinel_disk_role_resolved", "root"));
            Assert.False(page.Has("etcd_sentinel_disk_role_resolved", "/var/openebs"));
        }
        finally
        {
            foreach (var one in silent)
                await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_loop_device_whose_file_hangs_is_said_and_hides_nothing_else()
    {
        Skip.If(Machine.Fuse ?? Machine.PrivateMounts ?? Machine.FileSystem("ext4"));
        // The silent one is mounted over the file, which the kernel has open and nobody else can look at any more.
        // Among mounts of its own: mkfs of other tests looks at the files of all loop devices.
        await using var sentinel = await Sentinel.StartWithMountsAsync(
            _folder.FullName,
            $$"""
            cd '{{_folder.FullName}}'
            mkdir images mount
            truncate -s 64M images/disk
            mkfs.ext4 -q images/disk
            mount -o loop images/disk mount
            sh -c 'exec 3<>/dev/fuse
            mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent "$0"
            while kill -0 "$1"; do sleep 1; done' "$PWD/images" "$$" &
            until grep -q " $PWD/images " /proc/self/mountinfo; do sleep 0.1; done
            """,
            findsHangs: true,
            $"--storage.data-dir={_folder.FullName}/mount", "--storage.every=4s", "--storage.timeout=4s",
            "--drives.enabled=false",
            "--certificates.enabled=false");

        var page = await sentinel.WaitAsync(page => page.Has("etcd_sentinel_disk_role_resolved"), "roles are known");

        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "storage"));
        Assert.Equal(1, page.Value("etcd_sentinel_disk_role_unresolved", "etcd_data", "unreadable"));
        Assert.True(page.Has("etcd_sentinel_filesystem_avail_bytes", "etcd_data"));
        Assert.False(page.Has("etcd_sentinel_disk_role_unresolved", "root", "unreadable"));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
