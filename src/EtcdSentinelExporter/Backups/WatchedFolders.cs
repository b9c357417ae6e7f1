using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Backups;

/// <summary>Decides which folders are looked into.</summary>
internal static class WatchedFolders
{
    /// <summary>Folders of which each costs a poll some time.</summary>
    public const int MaxConfigured = 16;

    // Each counts only if it exists and has a snapshot.
    private static readonly ImmutableArray<string> Usual =
    [
        "/var/lib/etcd-backup", "/var/lib/etcd-backups", "/var/backups/etcd", "/var/backup/etcd", "/opt/etcd-backup",
        "/opt/backup/etcd", "/backup/etcd", "/srv/backup/etcd",
        // OpenShift: cluster-backup.sh as documented, and automated backups.
        "/home/core/assets/backup", "/home/core/backup", "/etc/kubernetes/cluster-backup",
        // etcd-backup-restore with a local store.
        "/var/etcd/default.bkp",
    ];

    /// <param name="configured">Paths from the settings.</param>
    /// <param name="installations">Every etcd of this node.</param>
    public static ImmutableArray<WatchedFolder> Of(
        ImmutableArray<string> configured, ImmutableArray<EtcdInstallation> installations)
    {
        var scheduled = from etcd in installations
                        where etcd.Snapshots is not null
                        let schedule = etcd.Snapshots
                        select new WatchedFolder(schedule.Folder, etcd.Kind)
                        {
                            IsExpected = !schedule.IsDisabled,
                            Interval = schedule.IsDisabled ? null : CronSchedule.LongestGap(schedule.Cron),
                            IsUploaded = schedule.IsUploaded,
                        };
        var named = scheduled.Concat(configured.Select(path =>
                new WatchedFolder(Plain(path), BackupSource.Settings) { IsExpected = true }))
            .DistinctBy(folder => folder.Path, StringComparer.Ordinal).ToArray();
        return
        [
            .. named,
            .. Usual.Where(path => !named.Any(other => IsWithin(path, other.Path) || IsWithin(other.Path, path)))
                .Select(path => new WatchedFolder(path, BackupSource.Usual)),
        ];
    }

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string Plain(string path) => path.TrimEnd('/') is { Length: > 0 } plain ? plain : "/";
}
