using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class EtcdFolderMetricsTests
{
    private static readonly DiskIo Disk = new(IoOf.Counts, HasWriteCache: true, IoOf.Load);

    [Fact]
    public void A_folder_is_told_with_its_room_its_parts_and_its_state()
    {
        var wal = new EtcdFolder(IoOf.Wal, Space: null, IsReadOnly: null, DirectoryUse.Without(DirectoryUse.Missing));

        Golden.Match(
            EtcdFolderMetrics.Families.Text(IoOf.Reading(Disk, IoOf.Folder(), wal)),
            "a-data-directory-without-a-wal.txt");
    }

    [Fact]
    public void Errors_of_a_file_system_are_counted_by_kind()
    {
        var folder = IoOf.Folder() with { Errors = new([("ext4", 3)], DateTimeOffset.FromUnixTimeSeconds(1700000000)) };

        var text = EtcdFolderMetrics.Families.Text(IoOf.Reading(Disk, folder));

        Assert.Contains("""filesystem_errors_total{role="etcd_data",path="/var/lib/etcd",kind="ext4"} 3""", text, StringComparison.Ordinal);
        Assert.Contains("""filesystem_first_error_timestamp_seconds{role="etcd_data",path="/var/lib/etcd"} 1700000000""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_too_long_or_hostile_is_cut()
    {
        var path = "/" + new string('x', 5000) + "\u202e";
        var folder = IoOf.Folder() with { Of = new(DiskRole.EtcdData, "", path) };

        Assert.All(
            EtcdFolderMetrics.Families.Text(IoOf.Reading(Disk, folder)).Split('\n')
                .Where(line => !line.StartsWith('#')),
            line => Assert.InRange(line.Length, 0, 400));
    }
}
