using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Backups;

/// <summary>Metrics of the backups of etcd.</summary>
internal static class BackupsMetrics
{
    // A longer path is cut and ends in a part of its hash.
    private const int MaxTextLength = 256;

    private static readonly Subject<BackupsReading, BackupsReading> Node = new(
        reading => [reading], labels: [], _ => []);

    private static readonly Subject<BackupsReading, BackupFolder> Folders = new(
        reading => reading.Folders, labels: ["path"], folder => [Cut(folder.Of.Path)]);

    private static readonly Subject<BackupsReading, (BackupFolder Of, string Part)> States =
        Folders.Each(_ => SnapshotCheck.States, ["state"], state => [state]);

    private static readonly Subject<BackupsReading, (BackupFolder Of, BackupFile Part)> Corrupt = new(
        reading => reading.Folders.SelectMany(folder => folder.Corrupt.Select(file => (folder, file))),
        labels: ["path", "file"],
        item => [Cut(item.Of.Of.Path), Cut(item.Part.Path[item.Of.Of.Path.Length..].TrimStart('/'))]);

    public static ImmutableArray<MetricFamily<BackupsReading>> Families { get; } =
        [.. OfNode(), .. OfFolders(), .. OfFiles()];

    internal static string Cut(string text) => DisplayText.Distinct(text, MaxTextLength);

    private static ImmutableArray<MetricFamily<BackupsReading>> OfNode() =>
    [
        Node.Gauge("etcd_sentinel_backup_expected",
            "1 if new backups must appear on this node, 0 if not: a folder is configured, the schedule of k3s or RKE2 "
            + "is on, or a snapshot of the last 30 days is here.",
            reading => reading.IsExpected),

        Node.Gauge("etcd_sentinel_backup_max_age_seconds",
            "Age above which the newest backup is too old: twice the interval of the schedule of k3s or RKE2, else "
            + "backups.max-age.",
            reading => reading.MaxAge),

        Node.Counter("etcd_sentinel_backup_verified_bytes_total",
            "Bytes that were read from files to verify them.",
            reading => (double?)reading.VerifiedBytes),
    ];

    private static ImmutableArray<MetricFamily<BackupsReading>> OfFolders() =>
    [
        Folders.Info("etcd_sentinel_backup_folder_info",
            "A folder with backups; always 1. source says how it was found: settings, k3s, rke2 or usual. "
            + "There is none if no folder is configured or found.",
            ["source"], folder => [folder.Of.Source]),

        Folders.State("etcd_sentinel_backup_folder_state",
            "State of the folder: 1 for its state, 0 for the others. empty: no file that may be a snapshot; "
            + "unreadable: its disk returns an error or does not respond, or it is not a folder; "
            + "forbidden: no permission.",
            "state", BackupFolder.States, folder => folder.State),

        Folders.Gauge("etcd_sentinel_backup_files",
            "Number of files that may be snapshots. Absent if the folder cannot be read.",
            folder => (double?)folder.Count),

        Folders.Gauge("etcd_sentinel_backup_files_bytes",
            "Sum of the lengths of these files. Absent if the folder cannot be read.",
            folder => folder.Bytes),

        Folders.Gauge("etcd_sentinel_backup_folder_size_bytes",
            "Size of the file system of the folder. Absent if the folder cannot be read.",
            folder => folder.Space?.SizeBytes),

        Folders.Gauge("etcd_sentinel_backup_folder_avail_bytes",
            "Space available to unprivileged users. Absent if the folder cannot be read.",
            folder => folder.Space?.AvailableBytes),

        Folders.Gauge("etcd_sentinel_backup_on_etcd_disk",
            "1 if a disk or the file system of the folder also carries etcd, 0 if not. Absent if unknown.",
            folder => folder.IsOnEtcdDisk),
    ];

    private static ImmutableArray<MetricFamily<BackupsReading>> OfFiles() =>
    [
        Folders.Gauge("etcd_sentinel_backup_newest_timestamp_seconds",
            "Last modification of the newest file that may be good, as Unix time. A file that was not verified yet, "
            + "or that has no hash, may be good. Absent without one.",
            folder => folder.NewestGood?.ModifiedAt),

        Folders.Gauge("etcd_sentinel_backup_newest_size_bytes",
            "Length of that file.",
            folder => (double?)folder.NewestGood?.Bytes),

        States.Gauge("etcd_sentinel_backup_newest_files",
            "Number of the newest 16 files of the folder by state. valid: the SHA-256 at the end matches; "
            + "unverifiable: a database without a hash; corrupt: truncated or altered; writing: changed within the "
            + "last minute; pending: not read yet; unreadable: its disk returns an error or does not respond, or no "
            + "permission.",
            item => (double?)item.Of.CountOf(item.Part)),

        Corrupt.Gauge("etcd_sentinel_backup_corrupt_timestamp_seconds",
            "Last modification of each of these files that is corrupt, as Unix time. file is its path in the folder.",
            item => item.Part.ModifiedAt),
    ];
}
