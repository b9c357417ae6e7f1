using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Findings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups;

public sealed class BackupsFindingsTests
{
    [Fact]
    public void A_good_backup_on_another_machine_is_no_finding() =>
        Assert.Empty(Judge(SomeBackups.Folder(SomeBackups.File("etcd-1.db", 25.9, SnapshotCheck.Valid))));

    [Fact]
    public void A_backup_above_the_limit_is_too_old_and_names_both_ages()
    {
        var finding = Assert.Single(Judge(SomeBackups.Folder(SomeBackups.File("etcd-1.db", 50, SnapshotCheck.Valid))));

        Assert.Equal(("EtcdBackupTooOld", Severity.Warning, "/backup/etcd-1.db"),
            (finding.Code, finding.Severity, finding.Subject));
        Assert.Contains("2 d", finding.Summary, StringComparison.Ordinal);
        Assert.Contains("26 h", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrupt_file_does_not_count_as_a_backup()
    {
        var findings = Judge(SomeBackups.Folder(
            SomeBackups.File("etcd-2.db", 1, SnapshotCheck.Corrupt),
            SomeBackups.File("etcd-1.db", 30, SnapshotCheck.Valid)));

        Assert.Equal(["EtcdBackupTooOld /backup/etcd-1.db", "EtcdBackupBroken /backup/etcd-2.db"],
            findings.Select(finding => $"{finding.Code} {finding.Subject}"));
    }

    [Fact]
    public void A_folder_that_is_missing_says_so()
    {
        var folder = SomeBackups.Folder() with { State = BackupFolder.Missing };

        Assert.Contains(
            "/backup does not exist", Assert.Single(Judge(folder)).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_blindness()
    {
        var folder = SomeBackups.Folder(SomeBackups.File("etcd-1.db", 1, SnapshotCheck.Valid)) with
        {
            State = BackupFolder.Unreadable,
        };

        Assert.Equal("SentinelCollectorFailing", Assert.Single(Judge(folder)).Code);
    }

    [Fact]
    public void The_disk_of_etcd_and_the_only_copy_are_advice()
    {
        var folder = SomeBackups.Folder(SomeBackups.File("etcd-1.db", 1, SnapshotCheck.Valid)) with
        {
            IsOnEtcdDisk = true,
            IsLocal = true,
        };
        var uploaded = folder with { Of = folder.Of with { IsUploaded = true } };

        Assert.Equal(["EtcdBackupOnEtcdDisk", "EtcdBackupOnlyHere"], Judge(folder).Select(finding => finding.Code));
        Assert.Equal(["EtcdBackupOnEtcdDisk"], Judge(uploaded).Select(finding => finding.Code));
        Assert.All(Judge(folder), finding => Assert.Equal(Severity.Info, finding.Severity));
    }

    [Theory]
    [InlineData(9_000_000, true)]
    [InlineData(11_000_000, false)]
    public void A_backup_that_shrank_by_half_is_told(long bytes, bool isTold) => Assert.Equal(
        isTold,
        Judge(SomeBackups.Folder(
            SomeBackups.File("etcd-2.db", 1, SnapshotCheck.Valid, bytes),
            SomeBackups.File("etcd-1.db", 13, SnapshotCheck.Valid)))
            .Any(finding => finding.Code == "EtcdBackupShrank"));

    private static List<Finding> Judge(params BackupFolder[] folders) =>
        [.. BackupsFindings.Judge(SomeBackups.Reading([.. folders]))];
}
