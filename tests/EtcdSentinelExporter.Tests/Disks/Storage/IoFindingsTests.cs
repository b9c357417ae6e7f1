using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class IoFindingsTests
{
    [Theory]
    [InlineData(null, 0.9, "root", "")]
    [InlineData(0.009, 0.9, "root", "")]
    [InlineData(0.02, 0.4, "root", "EtcdDiskSlowFlush")]
    [InlineData(0.02, 0.6, "root", "EtcdDiskSlowFlush")]
    [InlineData(0.3, 0.4, "root", "EtcdDiskSlowFlush")]
    [InlineData(0.009, 0.6, "storage_system", "EtcdDiskBusy")]
    [InlineData(0.009, 0.6, "other", "EtcdDiskBusy")]
    [InlineData(0.009, 0.5, "other", "")]
    public void Utilisation_counts_only_where_somebody_shares_the_disk_with_etcd(
        double? flush, double utilisation, string role, string codes)
    {
        var reading = IoOf.Reading(Disk(IoOf.Load with { FlushLatencySeconds = flush, UtilisationRatio = utilisation }));
        var other = reading.Roles.Places.First(place => place.Of.IsEtcd) with { Of = new(role, "", "/other") };

        Assert.Equal(codes, Codes(reading with { Roles = new([.. reading.Roles.Places, other]) }));
    }

    [Theory]
    [InlineData(1.0, 16.0, "EtcdDataDirLowSpace")]
    [InlineData(0.9, 16.0, "EtcdDataDirFull")]
    [InlineData(0.9, 8.0, "")]
    public void A_file_system_is_full_below_a_gibibyte_and_a_tenth(double available, double size, string codes)
    {
        var folder = IoOf.Folder();
        var space = folder.Space! with { AvailableBytes = available * (1 << 30), SizeBytes = size * (1 << 30) };

        Assert.Equal(codes, Codes(IoOf.Reading(Disk(IoOf.Load), folder with { Space = space })));
    }

    [Fact]
    public void A_disk_that_answers_nothing_has_no_latency_and_is_told() => Assert.Equal(
        "EtcdDiskStalled", Codes(IoOf.Reading(Disk(IoOf.Load with { FlushLatencySeconds = null, IsStalled = true }))));

    [Fact]
    public void A_disk_that_does_not_carry_etcd_is_not_judged()
    {
        var slow = IoOf.Reading(Disk(IoOf.Load with { FlushLatencySeconds = 1 }));

        Assert.Equal("sda", Assert.Single(IoFindings.Judge(slow)).Subject);
    }

    [Theory]
    [InlineData(50, 10, "")]
    [InlineData(9, 5, "EtcdDataDirFull")]
    [InlineData(50, 51, "EtcdDataDirLowSpace")]
    public void Room_is_low_below_a_tenth_or_where_no_second_database_fits(
        double available, double backend, string codes) =>
        Assert.Equal(codes, Codes(IoOf.Reading(Disk(IoOf.Load), IoOf.Folder(available, backend))));

    [Theory]
    [InlineData("8:1", "8:1", "EtcdDataDirFull")]
    [InlineData("8:1", "8:2", "EtcdDataDirFull EtcdDataDirFull")]
    public void A_file_system_that_holds_data_and_log_is_told_once(string data, string wal, string codes)
    {
        var reading = IoOf.Reading(
            Disk(IoOf.Load), IoOf.Folder(available: 5), IoOf.Folder(available: 5) with { Of = IoOf.Wal });
        var roles = new DiskRoles(
        [
            new(IoOf.Data, "/data") { Mount = new(data, "/", "ext4", "/dev/sda1") },
            new(IoOf.Wal, "/wal") { Mount = new(wal, "/", "ext4", "/dev/sda1") },
        ]);

        Assert.Equal(codes, Codes(reading with { Roles = roles }));
    }

    [Theory]
    [InlineData(1000.0, 50.0, 50, "")]
    [InlineData(1000.0, 49.0, 50, "EtcdDataDirLowInodes")]
    [InlineData(1000.0, 0.0, 5, "EtcdDataDirFull")]
    [InlineData(null, null, 50, "")]
    public void Few_inodes_are_told_where_there_is_space_and_a_limit(
        double? files, double? free, double available, string codes)
    {
        var folder = IoOf.Folder(available);

        Assert.Equal(codes, Codes(IoOf.Reading(
            Disk(IoOf.Load), folder with { Space = folder.Space! with { Files = files, FilesFree = free } })));
    }

    [Theory]
    [InlineData(true, "EtcdDataDirUnusable EtcdDataDirFull")]
    [InlineData(false, "EtcdDataDirFull")]
    [InlineData(null, "EtcdDataDirFull")]
    public void A_file_system_that_takes_no_writes_is_told_beside_what_is_left_of_it(bool? isReadOnly, string codes) =>
        Assert.Equal(
            codes, Codes(IoOf.Reading(Disk(IoOf.Load), IoOf.Folder(available: 5) with { IsReadOnly = isReadOnly })));

    [Theory]
    [InlineData(DirectoryUse.Unreadable, false, "EtcdDataDirUnusable")]
    [InlineData(DirectoryUse.Unreadable, true, "EtcdDataDirUnusable")]
    [InlineData(DirectoryUse.Missing, true, "EtcdDataDirGone")]
    [InlineData(DirectoryUse.Empty, true, "EtcdDataDirGone")]
    [InlineData(DirectoryUse.Missing, false, "")]
    [InlineData(DirectoryUse.Empty, false, "")]
    [InlineData(DirectoryUse.Forbidden, true, "")]
    [InlineData(DirectoryUse.Incomplete, true, "")]
    [InlineData(DirectoryUse.Ok, true, "")]
    public void Only_an_error_and_files_that_were_there_are_missed(string state, bool had, string codes) =>
        Assert.Equal(codes, Codes(IoOf.Reading(
            Disk(IoOf.Load), IoOf.Folder() with { Use = DirectoryUse.Without(state), HadData = had })));

    [Fact]
    public void Room_that_is_not_known_is_not_judged() =>
        Assert.Empty(Codes(IoOf.Reading(Disk(IoOf.Load), IoOf.Folder() with { Space = null })));

    [Fact]
    public void Counters_that_cannot_be_read_are_said()
    {
        var reading = IoOf.Reading(Disk(IoOf.Load)) with { Io = DiskIoReading.Empty with { Problem = "gone" } };

        Assert.Equal("SentinelCollectorFailing", Codes(reading));
    }

    private static DiskIo Disk(DiskLoad load) => new(IoOf.Counts, HasWriteCache: true, load);

    private static string Codes(StorageReading reading) =>
        string.Join(' ', IoFindings.Judge(reading).Select(finding => finding.Code));
}
