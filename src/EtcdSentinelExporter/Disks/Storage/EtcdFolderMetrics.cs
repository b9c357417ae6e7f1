using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>How much etcd's folders hold, and how much room is left for them.</summary>
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
            "Size of the file system that the folder is on. Absent where there is no such folder, and while its disk "
            + "does not answer; so are all that follow.",
            folder => folder.Space?.SizeBytes),

        Folders.Gauge("etcd_sentinel_filesystem_avail_bytes", "What is left of it for anybody.",
            folder => folder.Space?.AvailableBytes),

        Folders.Gauge("etcd_sentinel_filesystem_free_bytes", "What is left of it, with what only root may use.",
            folder => folder.Space?.FreeBytes),

        Folders.Gauge("etcd_sentinel_filesystem_files",
            "Files (inodes) that it can hold. Absent where it has no such limit, as btrfs.",
            folder => folder.Space?.Files),

        Folders.Gauge("etcd_sentinel_filesystem_files_free",
            "Files (inodes) that are left of them. Absent where it has no such limit.",
            folder => folder.Space?.FilesFree),

        Folders.Gauge("etcd_sentinel_filesystem_readonly",
            "Whether the file system takes no writes (1), as after an error of the disk, or does (0). That the "
            + "exporter's own view of the node is mounted read-only does not count. Absent where the mount is not "
            + "known.",
            folder => folder.IsReadOnly),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Contents() =>
    [
        Parts.Gauge("etcd_sentinel_data_dir_bytes",
            "Lengths of the files: backend is the database, wal the write-ahead log, snapshots the rest of "
            + "member/snap, other what else lies in the data directory, without what is mounted there. A write-ahead "
            + "log that lies elsewhere has that path. Absent where it could not be looked at whole.",
            one => one.Part.Use.Bytes),

        Parts.Gauge("etcd_sentinel_data_dir_allocated_bytes",
            "What the disk gave for these files, as du counts: less than their length where they have holes, more "
            + "where room was set aside. Neither says how much of the database is live: that is "
            + "db_size_in_use_bytes.",
            one => one.Part.Use.AllocatedBytes),

        Parts.Gauge("etcd_sentinel_data_dir_files",
            "How many files that are; of the write-ahead log with those that etcd keeps ready.",
            one => one.Part.Use.Files),

        Folders.State("etcd_sentinel_data_dir_state",
            "What the folder is like: 1 for its state, 0 for the others. empty: nothing of etcd is in it; unreadable: "
            + "its disk answers with an error or not at all, or it is no folder; forbidden: the exporter may not "
            + "look; incomplete: a part is not there, may not be listed, or holds more than 20,000 files. Absent "
            + "where it is not known which folder etcd uses.",
            "state", DirectoryUse.States, folder => folder.Use.State),
    ];
}
