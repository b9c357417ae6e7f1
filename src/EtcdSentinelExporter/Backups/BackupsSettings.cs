using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Backups;

/// <summary>Settings of the backups collector.</summary>
internal static class BackupsSettings
{
    public static readonly CollectorSettings Common = new(BackupsCollector.Name, every: "5m", timeout: "30s");

    public static readonly ListSetting<string> Folders = new("backups.folders",
        "Folders with snapshots of etcd on the host. Those of k3s and RKE2 and some usual ones are found without it.",
        "", SettingParsers.AbsolutePath)
    {
        CheckItems = paths => paths.Length > WatchedFolders.MaxConfigured
            ? $"more than {WatchedFolders.MaxConfigured} folders; name those that have the newest snapshots."
            : null,
    };

    public static readonly Setting<TimeSpan> MaxAge = new("backups.max-age",
        "Age of the newest snapshot above which it is too old. On k3s and RKE2 it is twice the interval of their "
        + "schedule.", "26h", SettingParsers.Within(SettingParsers.Duration, "1m", "1y"));

    public static readonly Setting<double> VerifyRate = new("backups.verify-rate",
        "Maximum bytes per second that are read to verify snapshots. Each file is read once.", "20MiB",
        SettingParsers.Within(SettingParsers.Bytes, "1MiB", "10GiB"));

    public static ImmutableArray<Setting> All { get; } = [.. Common.All, Folders, MaxAge, VerifyRate];
}

/// <summary>What the probe of backups gets from the settings.</summary>
/// <param name="Folders">Configured folders.</param>
/// <param name="MaxAge">Limit where no schedule is known.</param>
/// <param name="Patience">Time of a poll in which files are verified. What is not verified then goes on.</param>
internal sealed record BackupsOptions(ImmutableArray<string> Folders, TimeSpan MaxAge, TimeSpan Patience)
{
    /// <summary>Timeout for listing one folder.</summary>
    public TimeSpan FolderLimit { get; init; } = TimeSpan.FromSeconds(2);
}
