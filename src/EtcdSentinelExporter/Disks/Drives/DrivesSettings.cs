using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Drives;

internal enum DriveSource { Smartctl, Folder }

/// <summary>Which drives are asked, how, and by whom.</summary>
internal static class DrivesSettings
{
    // More drives than any node has: a folder with more is not the agent's.
    public const int MaxFiles = 1000;

    public static readonly Setting<TimeSpan> Every = new("drives.every",
        "Time from one reading of a drive to the next. Its logs are read once an hour.", "5m",
        SettingParsers.Within(SettingParsers.Duration, "1s", "1d"));

    public static readonly Setting<TimeSpan> Timeout = new("drives.timeout",
        "How long smartctl may take for one drive before it is killed.", "30s",
        SettingParsers.Within(SettingParsers.Duration, "100ms", "10m"));

    public static readonly Setting<bool> Enabled = new("drives.enabled",
        "Whether the drives collector runs: `true` or `false`.", "true", SettingParsers.Flag);

    public static readonly Setting<DriveSource> Source = new("drives.source",
        "Where drives are read: `smartctl` runs it (needs root), `folder` reads what the verb smart-agent writes.",
        "smartctl", SettingParsers.OneOf(("smartctl", DriveSource.Smartctl), ("folder", DriveSource.Folder)))
    {
        CrossCheck = (settings, source) => source is DriveSource.Folder && settings.Get(Folder!) is null
            ? "no folder is named; set drives.folder to where smart-agent writes."
            : null,
    };

    public static readonly Setting<string?> SmartctlPath = new("drives.smartctl-path",
        "smartctl of smartmontools 7.0 or later. Looked for on PATH when not set.", "", SettingParsers.AbsolutePath);

    public static readonly Setting<string?> Folder = new("drives.folder",
        "Folder into which smart-agent writes one file per drive, best on a tmpfs such as `/run/etcd-sentinel`.",
        "", SettingParsers.AbsolutePath);

    public static readonly ListSetting<DriveAddress> Devices = new("drives.devices",
        "Drives behind a controller or a bridge, as `device;type` with smartctl's type: `/dev/bus/0;megaraid,14`. "
        + "The node's own disks are found without.", "", DriveAddress.Parse)
    {
        CheckItems = DriveAddress.Together,
    };

    public static ImmutableArray<Setting> All { get; } =
        [Enabled, Every, Timeout, Source, SmartctlPath, Folder, Devices];
}
