using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>What the kernel itself says of a file system after an error, which differs from version
/// to version.</summary>
public sealed class FailedFileSystemTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("failed-");

    [Fact]
    public async Task A_file_system_takes_no_writes_after_an_error_of_its_disk()
    {
        // In containers /sys is read-only.
        Skip.If(Machine.FileSystem("ext4") ?? Machine.OnFileSystem("a writable trigger_fs_error of ext4", "ext4", """
            sh -c 'test -w "/sys/fs/ext4/$(basename "$(findmnt -n -o SOURCE mount)")/trigger_fs_error"'
            """));
        await using var disk = await LoopDisk.CreateAsync();
        await using var sentinel = await Sentinel.StartAsync(
            _folder.FullName, $"--storage.data-dir={disk.Mount}", "--storage.every=1s", "--storage.timeout=1s",
            "--drives.enabled=false",
            "--certificates.enabled=false");
        await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_filesystem_readonly", "etcd_data") is 0, "it takes writes");

        await disk.FailAsync();

        await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_filesystem_readonly", "etcd_data") is 1, "it takes none");
        Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(disk.Mount, "new"), ""));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
