using System.Globalization;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>A disk of its own: a loop device over a file, with ext4 on it.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loop-disk-");

    private LoopDisk(string? mount) => Mount = mount ?? Path.Combine(_folder.FullName, "mount");

    /// <summary>The kernel's name: <c>loop0</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Where it is mounted.</summary>
    public string Mount { get; }

    /// <param name="mount">Where to mount it; by default a folder of its own.</param>
    public static async Task<LoopDisk> CreateAsync(string? mount = null)
    {
        var disk = new LoopDisk(mount);
        Directory.CreateDirectory(disk.Mount);
        var device = await ShellAsync(string.Create(CultureInfo.InvariantCulture, $"""
            cd '{disk._folder.FullName}' && truncate -s 64M image && mkfs.ext4 -q image && mount -o loop image '{disk.Mount}'
            findmnt -n -o SOURCE '{disk.Mount}'
            """));
        disk.Name = Path.GetFileName(device.Trim());
        return disk;
    }

    /// <summary>Writes and makes each write durable, as etcd does.</summary>
    public void Fsync(int times)
    {
        using var file = File.Open(Path.Combine(Mount, "wal"), FileMode.Append);
        for (var one = 0; one < times; one++)
        {
            file.Write(new byte[4096]);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Makes the file system believe that its disk failed, and answer as it is told to on
    /// most nodes.</summary>
    public Task FailAsync() => ShellAsync(
        $"mount -o remount,errors=remount-ro '{Mount}' && echo test >'/sys/fs/ext4/{Name}/trigger_fs_error'");

    public async ValueTask DisposeAsync()
    {
        await ShellAsync($"umount '{Mount}'");
        _folder.Delete(recursive: true);
    }

    private static Task<string> ShellAsync(string command) =>
        CleanProcess.RunAsync("/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin; " + command]);
}
