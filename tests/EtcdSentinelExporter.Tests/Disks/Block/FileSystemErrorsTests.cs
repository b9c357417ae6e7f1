using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Block;

public sealed class FileSystemErrorsTests : IDisposable
{
    private readonly FakeSys _sys = new();
    private readonly TempNode _node = new();

    [Theory]
    [InlineData("3\n", "1700000000\n", 3.0, 1700000000L)]
    [InlineData("0\n", "0\n", 0.0, null)]
    [InlineData("3\n", "18446744073709551615\n", 3.0, null)]
    [InlineData("-5\n", "1700000000\n", null, null)]
    public void Ext4_counts_errors_and_dates_the_first(string count, string first, double? errors, long? seconds)
    {
        _sys.Disk("sda", "8:0").Partition("sda", "sda1", "8:1")
            .With("/fs/ext4/sda1/errors_count", count).With("/fs/ext4/sda1/first_error_time", first);

        var read = Read(new("8:1", "/", "ext4", "/dev/root"));

        Assert.Equal(errors, read.Counts is [("ext4", var number)] ? number : null);
        Assert.Equal(seconds, read.First?.ToUnixTimeSeconds());
    }

    [Fact]
    public void Btrfs_counts_by_kind_over_its_members()
    {
        const string Text = "write_errs 1\nread_errs 2\nflush_errs 0\ncorruption_errs 4\ngeneration_errs x\n";
        _sys.Disk("sda", "8:0").Disk("sdb", "8:16").Btrfs("u-1", "sda", "sdb")
            .With("/fs/btrfs/u-1/devinfo/1/error_stats", Text).With("/fs/btrfs/u-1/devinfo/2/error_stats", Text);

        Assert.Equal(
            ["corruption 8", "flush 0", "read 4", "write 2"],
            Read(new("0:40", "/", "btrfs", "/dev/sda")).Counts.Select(count => $"{count.Kind} {count.Count}"));
    }

    [Theory]
    [InlineData("xfs")]
    [InlineData("ext4")]
    [InlineData("btrfs")]
    [InlineData(null)]
    public void What_counts_nothing_has_no_count(string? fileSystem) => Assert.Empty(
        Read(fileSystem is null ? null : new Mount("8:1", "/", fileSystem, "/dev/sda1")).Counts);

    public void Dispose()
    {
        _sys.Dispose();
        _node.Dispose();
    }

    private FileSystemErrors Read(Mount? mount) => new FileSystemErrorReader(_sys.Files, _node.Files).Read(mount);
}
