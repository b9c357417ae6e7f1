using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>etcd's data on an XFS that shuts itself down, as after an error of its disk.</summary>
public sealed class ShutDownFileSystemTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shut-down-");

    [Fact]
    public async Task An_xfs_that_shut_itself_down_is_unreadable_and_nothing_else_of_it_changes()
    {
        Skip.If(Machine.PrivateMounts ?? Machine.FileSystem("xfs")
            ?? Machine.OnFileSystem("xfs_io", "xfs", "xfs_io -x -c 'shutdown -f' mount"));
        await using var sentinel = await Sentinel.StartWithMountsAsync(
            _folder.FullName,
            $$"""
            cd '{{_folder.FullName}}'
            mkdir mount
            truncate -s 320M disk
            mkfs.xfs -q disk
            mount -o loop disk mount
            mkdir -p mount/member/snap mount/member/wal
            echo 1 > mount/member/snap/db
            echo 1 > mount/member/wal/0.wal
            (until [ -e fail ]; do kill -0 $$ || exit; sleep 0.1; done
            xfs_io -x -c 'shutdown -f' mount) &
            """,
            $"--storage.data-dir={_folder.FullName}/mount", "--storage.every=1s", "--storage.timeout=1s",
            "--drives.enabled=false", "--certificates.enabled=false");
        await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_data", "ok") is 1, "all is well");

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "fail"), "");
        var page = await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_data", "unreadable") is 1, "it is unreadable");

        Assert.Equal(1, page.Value("etcd_sentinel_data_dir_state", "etcd_wal", "unreadable"));
        Assert.True(page.Has("etcd_sentinel_filesystem_avail_bytes", "etcd_data"));
        Assert.NotEqual(1, page.Value("etcd_sentinel_filesystem_readonly", "etcd_data"));
        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "storage"));
    }

    [Fact]
    public async Task A_folder_that_the_exporter_may_not_look_into_says_nothing_of_its_disk()
    {
        Mounts.Need("", "setpriv");
        await using var sentinel = await Sentinel.StartWithMountsAsync(
            _folder.FullName,
            $"""
            mkdir -p '{_folder.FullName}/data/member/wal'
            chmod 700 '{_folder.FullName}/data'
            chown -R 65534 '{_folder.FullName}/data'
            set -- setpriv --bounding-set -dac_override,-dac_read_search "$@"
            """,
            $"--storage.data-dir={_folder.FullName}/data", "--storage.every=1s", "--storage.timeout=1s",
            "--drives.enabled=false", "--certificates.enabled=false");

        var page = await sentinel.WaitAsync(page => page.Has("etcd_sentinel_data_dir_state"), "it was looked at");

        Assert.Equal(1, page.Value("etcd_sentinel_data_dir_state", "etcd_data", "forbidden"));
        Assert.Equal(1, page.Value("etcd_sentinel_data_dir_state", "etcd_wal", "forbidden"));
        Assert.Equal(0, page.Value("etcd_sentinel_data_dir_state", "etcd_data", "unreadable"));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
