using System.Collections.Immutable;
using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Etcd.Discovery;
using Xunit;

namespace EtcdSentinelExporter.Tests.Backups;

public sealed class WatchedFoldersTests
{
    private const string Folder = "/var/lib/rancher/k3s/server/db/snapshots";

    [Fact]
    public void The_folder_of_k3s_is_expected_unless_its_snapshots_are_off()
    {
        var on = WatchedFolders.Of([], [K3s(new(Folder, SnapshotSchedule.DefaultCron))])[0];
        var off = WatchedFolders.Of([], [K3s(new(Folder, SnapshotSchedule.DefaultCron) { IsDisabled = true })])[0];

        Assert.Equal((Folder, BackupSource.K3s, true, TimeSpan.FromHours(12)),
            (on.Path, on.Source, on.IsExpected, on.Interval));
        Assert.Equal((Folder, false, null), (off.Path, off.IsExpected, off.Interval));
    }

    [Fact]
    public void Configured_folders_are_expected_and_those_inside_them_are_not_read_twice()
    {
        var folders = WatchedFolders.Of(["/backup/"], [K3s(new(Folder, "0 0 * * *"))]);

        Assert.Equal([Folder, "/backup"], folders.Where(folder => folder.IsExpected).Select(folder => folder.Path));
        Assert.DoesNotContain(folders, folder => folder.Path == "/backup/etcd");
        Assert.Contains(folders, folder => folder.Path == "/var/backups/etcd" && folder.Source == BackupSource.Usual);
    }

    [Fact]
    public void Settings_of_k3s_name_folder_schedule_and_upload()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["etcd-snapshot-dir"] = "/mnt/snapshots/",
            ["etcd-snapshot-schedule-cron"] = "0 3 * * *",
            ["etcd-s3"] = "true",
        };

        Assert.Equal(
            new SnapshotSchedule("/mnt/snapshots", "0 3 * * *") { IsUploaded = true },
            SnapshotSchedule.From("/var/lib/rancher/k3s", settings.ToImmutableDictionary()));
        Assert.Equal(
            new SnapshotSchedule(Folder, SnapshotSchedule.DefaultCron),
            SnapshotSchedule.From("/var/lib/rancher/k3s", []));
    }

    private static EtcdInstallation K3s(SnapshotSchedule snapshots) => new()
    {
        Kind = "k3s",
        Source = "/var/lib/rancher/k3s/server/db/etcd/config",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        Snapshots = snapshots,
    };
}
