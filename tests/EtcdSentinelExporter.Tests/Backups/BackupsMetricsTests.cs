using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups;

public sealed class BackupsMetricsTests
{
    [Fact]
    public void Folders_are_shown_with_their_newest_files_and_their_states()
    {
        var missing = new BackupFolder(
            new("/mnt/nas", BackupSource.Settings) { IsExpected = true }, BackupFolder.Missing, []);

        Golden.Match(
            BackupsMetrics.Families.Text(SomeBackups.Reading(
                SomeBackups.Folder(
                    SomeBackups.File("etcd-3.db", 1, SnapshotCheck.Corrupt),
                    SomeBackups.File("etcd-2.db", 13, SnapshotCheck.Valid),
                    SomeBackups.File("etcd-notes", 20, SnapshotCheck.Other),
                    SomeBackups.File("db", 25, SnapshotCheck.Unverifiable)),
                missing)),
            "a-folder-with-a-corrupt-file.txt");
    }

    [Fact]
    public void Without_a_folder_nothing_is_expected() => Assert.Contains(
        "etcd_sentinel_backup_expected 0\n", BackupsMetrics.Families.Text(SomeBackups.Reading()),
        StringComparison.Ordinal);

    [Fact]
    public void Names_that_are_hostile_are_cut()
    {
        var file = SomeBackups.File(new string('x', 5000) + "\n\u202e", 1, SnapshotCheck.Corrupt);

        Assert.All(
            BackupsMetrics.Families.Text(SomeBackups.Reading(SomeBackups.Folder(file))).Split('\n')
                .Where(line => !line.StartsWith('#')),
            line => Assert.InRange(line.Length, 0, 400));
    }
}
