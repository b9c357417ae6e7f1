namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>How k3s or RKE2 takes snapshots of etcd by itself.</summary>
/// <param name="Folder">Host path of the folder.</param>
/// <param name="Cron">The schedule, as the setting has it.</param>
internal sealed record SnapshotSchedule(string Folder, string Cron)
{
    /// <summary>As k3s and RKE2 document it.</summary>
    public const string DefaultCron = "0 */12 * * *";

    /// <summary>True if snapshots are switched off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>True if each snapshot is also uploaded.</summary>
    public bool IsUploaded { get; init; }

    /// <param name="dataDir">Folder of k3s or RKE2.</param>
    /// <param name="settings">Their settings, by the names of the flags.</param>
    public static SnapshotSchedule From(string dataDir, ImmutableDictionary<string, string> settings) => new(
        settings.GetValueOrDefault("etcd-snapshot-dir") is ['/', ..] folder
            ? folder.TrimEnd('/')
            : $"{dataDir}/server/db/snapshots",
        settings.GetValueOrDefault("etcd-snapshot-schedule-cron") is { Length: > 0 } cron ? cron : DefaultCron)
    {
        IsDisabled = settings.GetValueOrDefault("etcd-disable-snapshots") is "true",
        IsUploaded = settings.GetValueOrDefault("etcd-s3") is "true",
    };
}
