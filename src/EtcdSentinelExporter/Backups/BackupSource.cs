namespace EtcdSentinelExporter.Backups;

/// <summary>Who says that a folder has backups: label values.</summary>
internal static class BackupSource
{
    public const string Settings = "settings";
    public const string K3s = "k3s";
    public const string Rke2 = "rke2";

    /// <summary>A folder that documentation of OpenShift, etcd-backup-restore or an operating system names.</summary>
    public const string Usual = "usual";

    public static ImmutableArray<string> All { get; } = [Settings, K3s, Rke2, Usual];
}

/// <summary>A folder to look into.</summary>
/// <param name="Path">Host path.</param>
/// <param name="Source">One of <see cref="BackupSource"/>.</param>
internal sealed record WatchedFolder(string Path, string Source)
{
    /// <summary>True if a new backup must appear there: it is configured, or its schedule is on.</summary>
    public bool IsExpected { get; init; }

    /// <summary>Longest time between two snapshots; <see langword="null"/> if no schedule is known.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>True if each file is also uploaded to another place.</summary>
    public bool IsUploaded { get; init; }

    /// <summary>True if every file there is a snapshot, whatever its name.</summary>
    public bool HasOnlySnapshots => Source is BackupSource.K3s or BackupSource.Rke2;
}
