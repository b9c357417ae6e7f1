using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Backups;

/// <summary>The backups of etcd on this node at <paramref name="At"/>.</summary>
/// <param name="All">All folders that were looked into. What is known of their files outlives a poll.</param>
internal sealed record BackupsReading(DateTimeOffset At, ImmutableArray<BackupFolder> All)
{
    /// <summary>A backup that is not older shows that somebody makes backups.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>Folders that are configured, that belong to a schedule, or that have snapshots.</summary>
    public ImmutableArray<BackupFolder> Folders { get; } =
    [
        .. All.Where(folder => folder.Of.Source != BackupSource.Usual
            || folder.Newest.Any(file => file.Check.State != SnapshotCheck.Other)),
    ];

    /// <summary>Age of the newest backup above which it is too old.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Bytes that were read to verify files since the start.</summary>
    public long VerifiedBytes { get; init; }

    /// <summary>The kind of etcd on this node, such as <c>k3s</c>; <see langword="null"/> if none is known.</summary>
    public string? Kind { get; init; }

    /// <summary>True if new backups must appear on this node.</summary>
    public bool IsExpected =>
        Folders.Any(folder => folder.Of.IsExpected || At - folder.NewestGood?.ModifiedAt < Recent);

    /// <summary>The newest file in any folder that may be good; <see langword="null"/> if there is none.</summary>
    public BackupFile? NewestGood =>
        Folders.Select(folder => folder.NewestGood).OfType<BackupFile>().MaxBy(file => file.ModifiedAt);
}

/// <summary>A folder with backups.</summary>
/// <param name="State">One of <see cref="States"/>.</param>
/// <param name="Newest">The newest files, the newest first. While the folder cannot be read, those of before.</param>
internal sealed record BackupFolder(WatchedFolder Of, string State, ImmutableArray<BackupFile> Newest)
{
    public const string Ok = "ok";
    public const string Missing = "missing";
    public const string Empty = "empty";
    public const string Unreadable = "unreadable";
    public const string Forbidden = "forbidden";

    public static ImmutableArray<string> States { get; } = [Ok, Missing, Empty, Unreadable, Forbidden];

    /// <summary>Number of files that may be snapshots; <see langword="null"/> if the folder cannot be read.</summary>
    public int? Count { get; init; }

    /// <summary>Sum of their lengths.</summary>
    public double? Bytes { get; init; }

    /// <summary>Space of its file system; <see langword="null"/> if unknown.</summary>
    public FileSystemSpace? Space { get; init; }

    /// <summary>True if it has more files than are counted.</summary>
    public bool IsCut { get; init; }

    /// <summary>True if a disk below it also carries etcd; <see langword="null"/> if unknown.</summary>
    public bool? IsOnEtcdDisk { get; init; }

    /// <summary>True if it is on a disk of this node, false if it is on another machine; <see langword="null"/> if
    /// unknown.</summary>
    public bool? IsLocal { get; init; }

    /// <summary>The newest file that is not known to be of no use.</summary>
    public BackupFile? NewestGood => Newest.FirstOrDefault(file => file.Check.MayBeGood);

    public IEnumerable<BackupFile> Corrupt => Newest.Where(file => file.Check.State is SnapshotCheck.Corrupt);

    public int CountOf(string state) => Newest.Count(file => file.Check.State == state);
}
