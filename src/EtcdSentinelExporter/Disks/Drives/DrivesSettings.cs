using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Drives;

internal enum DriveSource { Smartctl, Folder }

/// <summary>Settings of the drives collector.</summary>
internal static class DrivesSettings
{
    // More than any node has: a folder with more files is not the agent's.
    public const int MaxFiles = 1000;

    public static readonly Setting<TimeSpan> Every = new("drives.every",
        "Time from one read of a drive to the next. Its logs are read once an hour.", "5m",
        SettingParsers.Within(SettingParsers.Duration, "1s", "1d"));

    public static readonly Setting<TimeSpan> Timeout = new("drives.timeout",
        "Timeout of smartctl for one drive, after which it is killed.", "30s",
        SettingParsers.Within(SettingParsers.Duration, "100ms", "10m"));

    public static readonly Setting<bool> Enabled = new("drives.enabled",
        "Enable the drives collector: `true` or `false`.", "true", SettingParsers.Flag);

    public static readonly Setting<DriveSource> Source = new("drives.source",
        "Source of drive health: `smartctl` runs smartctl (needs root), `folder` reads the files of `smart-agent`.",
        "smartctl", SettingParsers.OneOf(("smartctl", DriveSource.Smartctl), ("folder", DriveSource.Folder)))
    {
        CrossCheck = (settings, source) => source is DriveSource.Folder && settings.Get(Folder!) is null
            ? "drives.source is folder, but drives.folder is not set; set it to the folder of smart-agent."
            : null,
    };

    public static readonly Setting<string?> SmartctlPath = new("drives.smartctl-path",
        "Path of smartctl, of smartmontools 7.0 or later. Searched on PATH if not set.",
        "", SettingParsers.AbsolutePath);

    public static readonly Setting<string?> Folder = new("drives.folder",
        "Folder in which smart-agent writes one file per drive, best on a tmpfs such as `/run/etcd-sentinel`.",
        "", SettingParsers.AbsolutePath);

    public static readonly ListSetting<DriveAddress> Devices = new("drives.devices",
        "Drives behind a controller or a bridge, as `device;type` with smartctl's type: `/dev/bus/0;megaraid,14`. "
        + "The kernel's disks are found without it. `etcd-sentinel-exporter drives --suggest` prints it.",
        "", DriveAddress.Parse)
    {
        CheckItems = DriveAddress.Together,
    };

    public static ImmutableArray<Setting> All { get; } =
        [Enabled, Every, Timeout, Source, SmartctlPath, Folder, Devices];
}
