using System.Diagnostics;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Nothing is left of killed tests.</summary>
public sealed class TestRunTests : IDisposable
{
    private readonly string _id = $"killed-{Guid.NewGuid():N}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("killed ");

    [Fact]
    public async Task Processes_and_files_of_a_run_that_ends_go_with_it_and_those_of_others_stay()
    {
        using var own = Sleep(_id);
        using var others = Sleep(TestRun.Id);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file"), "");

        await End();

        await Wait.UntilAsync(
            () => Task.FromResult(own.HasExited && !Directory.Exists(_folder.FullName)), "all of it is gone");
        Assert.False(others.HasExited);
        others.Kill();
    }

    [Fact]
    public async Task Mounts_and_disks_of_a_run_that_ends_go_with_it()
    {
        Skip.If(Machine.LoopDevice ?? Machine.Mounts);
        var image = Path.Combine(_folder.FullName, "image");
        await CleanProcess.RunAsync("/bin/sh", ["-c", """
            PATH=$PATH:/usr/sbin:/sbin
            cd "$0" && mkdir memory && mount -t tmpfs left memory && truncate -s 1M image && losetup -f image
            """, _folder.FullName]);
        Assert.Contains(image, await DisksAsync(), StringComparison.Ordinal);

        await End();

        await Wait.UntilAsync(() => Task.FromResult(!Directory.Exists(_folder.FullName)), "all of it is gone");
        Assert.DoesNotContain(
            _folder.Name[..6] + @"\040" + _folder.Name[7..], await File.ReadAllTextAsync("/proc/self/mounts"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(image, await DisksAsync(), StringComparison.Ordinal);
    }

    // A name that the kernel escapes, below a link: both once hid the mount, and its files were deleted with the
    // folder.
    [Fact]
    public async Task Files_of_others_that_are_mounted_there_stay()
    {
        Skip.If(Machine.LoopDevice ?? Machine.Mounts);
        var others = Directory.CreateTempSubdirectory("others");
        var file = Path.Combine(others.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        var run = Path.Combine(_folder.FullName, "link", "run");
        await CleanProcess.RunAsync("/bin/sh", ["-c", """
            PATH=$PATH:/usr/sbin:/sbin; cd "$0" && mkdir -p real/run && ln -s real link && cd real/run
            mkdir 'back\slash' && mount --bind "$1" 'back\slash'
            """, _folder.FullName, others.FullName]);

        await TestRun.Bury(_id, run, Path.Combine("/dev/shm", _id)).DisposeAsync();

        await Wait.UntilAsync(() => Task.FromResult(!Directory.Exists(run)), "the folder is gone");
        Assert.True(File.Exists(file));
        others.Delete(recursive: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
    }

    private ValueTask End() => TestRun.Bury(_id, _folder.FullName, Path.Combine("/dev/shm", _id)).DisposeAsync();

    private static Process Sleep(string id)
    {
        var start = CleanProcess.Clean("sleep", ["1000"]);
        start.Environment[TestRun.Marker] = id;
        return Process.Start(start)!;
    }

    private static Task<string> DisksAsync() =>
        CleanProcess.RunAsync("/bin/sh", ["-c", "cat /sys/block/loop*/loop/backing_file 2>/dev/null || true"]);
}
