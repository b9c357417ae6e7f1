using EtcdSentinelExporter.Disks.Block;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class FileSystemSpaceTests
{
    [Fact]
    public void It_is_what_the_runtime_says_of_the_same_disk()
    {
        var space = FileSystemSpace.Read("/")!;
        var drive = new DriveInfo("/");

        Assert.Equal(drive.TotalSize, space.SizeBytes);
        Assert.InRange(space.AvailableBytes, 0, space.FreeBytes);
        Assert.InRange(space.FreeBytes, 1, space.SizeBytes);
        // Others write to it meanwhile.
        Assert.InRange(space.AvailableBytes / drive.AvailableFreeSpace, 0.9, 1.1);
    }

    [Fact]
    public void What_has_no_limit_of_files_tells_none() =>
        Assert.Equal((null, null), FileSystemSpace.Read("/proc") is { } proc ? (proc.Files, proc.FilesFree) : (1, 1));

    [Fact]
    public void A_path_that_is_not_there_has_no_space() => Assert.Null(FileSystemSpace.Read("/does/not/exist"));
}
