using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Metrics of the size of etcd's folders and of the free space of their file systems.</summary>
internal static class EtcdFolderMetrics
{
    private static readonly Subject<StorageReading, EtcdFolder> Folders = new(
        reading => reading.Folders, labels: ["role", "path"],
        folder => [folder.Of.Role, RoleMetrics.Cut(folder.Of.Path)]);

    private static readonly Subject<StorageReading, (EtcdFolder Of, DirectoryPart Part)> Parts =
        new Subject<StorageReading, EtcdFolder>(
            reading => reading.Folders, labels: ["path"], folder => [RoleMetrics.Cut(folder.Of.Path)])
        .Each(folder => folder.Use.Parts, ["part"], part => [part.Name]);

    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } = [.. Space(), .. Contents()];

    private static ImmutableArray<MetricFamily<StorageReading>> Space() =>
    [
        Folders.Gauge("etcd_sentinel_filesystem_size_bytes",
            "Size of the file system of the folder. Absent if the folder does not exist, "
            + "and while its disk does not respond; so are all that follow.",
            folder => folder.Space?.SizeBytes),

        Folders.Gauge("etcd_sentinel_filesystem_avail_bytes",
            "Space available to unprivileged users.",
            folder => folder.Space?.AvailableBytes),

        Folders.Gauge("etcd_sentinel_filesystem_free_bytes",
            "Free space, including blocks reserved for root.",
            folder => folder.Space?.FreeBytes),

        Folders.Gauge("etcd_sentinel_filesystem_files",
            "Maximum number of files (inodes). Absent without such a limit, as on btrfs.",
            folder => folder.Space?.Files),

        Folders.Gauge("etcd_sentinel_filesystem_files_free",
            "Free inodes. Absent without a limit on their number.",
            folder => folder.Space?.FilesFree),

        Folders.Gauge("etcd_sentinel_filesystem_readonly",
            "1 if the file system is read-only, as after a disk error, or its mount is, 0 if not. "
            + "A mount counts only if path.procfs shows the node's mounts: in a container it is often read-only. "
            + "Absent if the mount is not known.",
            folder => folder.IsReadOnly),

        Folders.Each<(string Kind, double Count)>(folder => folder.Errors.Counts, ["kind"], count => [count.Kind])
            .Counter("etcd_sentinel_filesystem_errors_total",
            "Errors that the file system counted: ext4 since the last fsck, btrfs of its devices by kind. "
            + "Absent on other file systems.",
            count => count.Part.Count),

        Folders.Gauge("etcd_sentinel_filesystem_first_error_timestamp_seconds",
            "Unix time of the first of these errors. Absent without one, and if not ext4.",
            folder => folder.Errors.First),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Contents() =>
    [
        Parts.Gauge("etcd_sentinel_data_dir_bytes",
            "Sum of file lengths. backend: the database; wal: the write-ahead log; "
            + "snapshots: the rest of member/snap; other: the rest of the data directory, without other mounts. "
            + "A write-ahead log outside of the data directory has its own path. "
            + "Absent if the part could not be read completely.",
            item => item.Part.Use.Bytes),

        Parts.Gauge("etcd_sentinel_data_dir_allocated_bytes",
            "Disk space allocated for these files, as du counts: less than their length if they have holes, "
            + "more if space is preallocated. Live data of the database is in db_size_in_use_bytes.",
            item => item.Part.Use.AllocatedBytes),

        Parts.Gauge("etcd_sentinel_data_dir_files",
            "Number of these files; in wal including the files that etcd preallocates.",
            item => item.Part.Use.Files),

        Folders.State("etcd_sentinel_data_dir_state",
            "State of the folder: 1 for its state, 0 for the others. "
            + "empty: no files of etcd; unreadable: its disk returns an error or does not respond, "
            + "or it is not a folder; forbidden: no permission; "
            + "incomplete: a part is missing, cannot be listed, or has more than 20,000 files. "
            + "Absent if it is not known which folder etcd uses.",
            "state", DirectoryUse.States, folder => folder.Use.State),
    ];
}
