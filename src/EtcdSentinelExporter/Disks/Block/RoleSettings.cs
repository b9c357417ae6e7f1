using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Settings for folders whose disks have a role. The keys begin with <c>storage</c>; the drives collector uses
/// the roles too.</summary>
internal static class RoleSettings
{
    public static readonly Setting<string?> DataDir = new("storage.data-dir",
        "etcd's data directory on the host, such as `/var/lib/etcd`. Discovered if not set.",
        "", SettingParsers.AbsolutePath);

    public static readonly Setting<string?> WalDir = new("storage.wal-dir",
        "Folder of etcd's write-ahead log on the host. If not set: `member/wal` below `storage.data-dir` if that is "
        + "set, else discovered.",
        "", SettingParsers.AbsolutePath);

    public static readonly ListSetting<ConfiguredPath> Paths = new("storage.paths",
        "Further folders to watch, as `name=/path`; their role is `other`.", "", ConfiguredPath.Parse);

    public static ImmutableArray<Setting> All { get; } = [DataDir, WalDir, Paths];

    public static ConfiguredRoles Configured(SettingValues settings) => new(
        settings.Get(DataDir), settings.Get(WalDir), [.. settings.Get(Paths).Select(path => (path.Name, path.Path))]);
}

/// <param name="Name">1 to 64 characters.</param>
internal sealed record ConfiguredPath(string Name, string Path)
{
    private const int MaxNameLength = 64;

    public static ConfiguredPath Parse(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and <= MaxNameLength and var at && !text.StartsWith('/')
            ? new(text[..at], SettingParsers.AbsolutePath(text[(at + 1)..]))
            : throw new FormatException($"write name=/path, with a name of 1 to {MaxNameLength} characters.");
}
