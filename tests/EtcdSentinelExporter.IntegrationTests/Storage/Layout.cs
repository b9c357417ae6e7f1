using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Mounts, and an exporter among them that is asked about each.</summary>
internal sealed class Layout : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Sentinel _sentinel;

    private Layout(DirectoryInfo folder, Sentinel sentinel) => (_folder, _sentinel) = (folder, sentinel);

    /// <param name="prepare">Lines of shell in an empty folder. <c>disk NAME SIZE</c> makes a loop device and sets
    /// <c>$NAME</c>.</param>
    /// <param name="paths">Folders in it that are asked about.</param>
    public static Task<Layout> OfAsync(string prepare, params string[] paths) =>
        WithSettingsAsync(prepare, folder => [.. paths.Select(path => $"--storage.paths={path}={folder}/{path}")]);

    public static async Task<Layout> WithSettingsAsync(string prepare, Func<string, string[]> settings)
    {
        var folder = Directory.CreateTempSubdirectory("layout");
        // Loop devices go by themselves: they are told to, and their mounts end with the process.
        var lines = $$"""
            cd '{{folder.FullName}}'
            disk() { truncate -s "$2" "$1.img"; eval "$1=\$(losetup --find --show $1.img)"; DISKS="$DISKS \$$1"; }
            {{prepare}}
            for d in $DISKS; do eval "losetup -d $d"; done
            """;
        var sentinel = await Sentinel.StartWithMountsAsync(
            folder.FullName, lines,
            ["--drives.enabled=false", "--storage.every=1s", "--storage.timeout=1s", .. settings(folder.FullName)]);
        var layout = new Layout(folder, sentinel);
        layout.Page = await sentinel.WaitAsync(page => page.Has("etcd_sentinel_disk_role_resolved"), "roles are known");
        return layout;
    }

    public string Folder => _folder.FullName;

    public Scrape Page { get; private set; } = Scrape.Parse("");

    /// <summary>What the exporter says: <c>device mountpoint source fstype via</c>, or the reason.</summary>
    /// <param name="name">An owner, or a role.</param>
    public string Said(string name)
    {
        var rows = Page.Text.Split('\n').Where(line =>
            (Label(line, "owner") == name || Label(line, "role") == name)
            && (line.StartsWith("etcd_sentinel_disk_role_info{", StringComparison.Ordinal)
                || line.StartsWith("etcd_sentinel_disk_role_unresolved{", StringComparison.Ordinal)));
        return string.Join('\n', rows.Select(row => Label(row, "reason") is { Length: > 0 } reason
            ? reason
            : $"{Label(row, "device")} {Label(row, "mountpoint")} {Label(row, "source")} {Label(row, "fstype")} {Label(row, "via")}".TrimEnd()));
    }

    /// <summary>What findmnt and lsblk say of the same.</summary>
    /// <param name="via">Layers that <c>prepare</c> has made.</param>
    public Task<string> FoundAsync(string path, string via = "") =>
        new DiskOfPath(_sentinel.BesideItAsync).FindAsync($"{Folder}/{path}", via);

    public async ValueTask DisposeAsync()
    {
        await _sentinel.StopAsync();
        await _sentinel.DisposeAsync();
        // A partition outlives the file behind its loop device.
        if (File.Exists($"{Folder}/partitioned"))
        {
            var disk = (await File.ReadAllTextAsync($"{Folder}/partitioned")).Trim();
            await Wait.UntilAsync(() => DeletesAsync(disk), "the partition is not mounted any more");
        }

        _folder.Delete(recursive: true);
    }

    // The kernel takes the mounts of a process away some time after it has ended.
    private static async Task<bool> DeletesAsync(string disk)
    {
        try
        {
            await CleanProcess.RunAsync("delpart", [disk, "1"]);
            return true;
        }
        catch (InvalidOperationException e) when (e.Message.Contains("busy", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static string Label(string row, string name) =>
        Regex.Match(row, $"[{{,]{name}=\"([^\"]*)\"", RegexOptions.None, Patience.Limit).Groups[1].Value;
}
