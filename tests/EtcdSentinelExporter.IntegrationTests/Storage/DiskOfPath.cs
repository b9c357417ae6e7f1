namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>The disk under a path according to findmnt, lsblk and losetup.</summary>
/// <param name="shell">Runs a command and returns its output.</param>
internal sealed class DiskOfPath(Func<string, Task<string>> shell)
{
    /// <summary><c>device mountpoint source fstype via</c>, or the reason why there is no disk.</summary>
    /// <param name="via">Layers that the test has made above the disk of this machine.</param>
    public async Task<string> FindAsync(string path, string via = "")
    {
        var mount = await MountAsync(path);
        var (device, below) = await DeviceAsync(mount);
        return device is null
            ? Reason(below)
            : $"{device} {string.Join(' ', mount)} {string.Join('.', new[] { via, below }.Where(x => x.Length > 0))}"
                .TrimEnd();
    }

    // Of mounts over each other findmnt shows the upper one last.
    private async Task<string[]> MountAsync(string path) =>
        [.. (await shell($"findmnt -nrvo TARGET,SOURCE,FSTYPE -T '{path}' | tail -n 1")).Trim().Split(' ')
            .Select(column => column.Replace(@"\x20", " ", StringComparison.Ordinal))];

    // The disk and the layers of this machine above it, or null and the type of a file system without a disk.
    private async Task<(string? Device, string Below)> DeviceAsync(string[] mount)
    {
        if (!mount[1].StartsWith("/dev/", StringComparison.Ordinal))
            return (null, mount[2]);
        var layers = (await shell($"lsblk -snro NAME,TYPE '{mount[1]}'")).Trim().Split('\n')
            .Select(line => line.Split(' ')).ToArray();
        var device = layers[^1][0];
        return device.StartsWith("loop", StringComparison.Ordinal)
            ? await DeviceAsync(await MountAsync((await shell($"losetup -nO BACK-FILE '/dev/{device}'")).Trim()))
            : (device, string.Join('.', layers[..^1].Select(layer => Via(layer[1]))));
    }

    private static string Via(string type) => type switch
    {
        "part" => "partition",
        "mpath" => "multipath",
        _ => type.StartsWith("raid", StringComparison.Ordinal) ? "md" : type,
    };

    private static string Reason(string type) => type switch
    {
        "ramfs" => "tmpfs",
        "9p" or "virtiofs" => "virtual",
        _ => type.StartsWith("nfs", StringComparison.Ordinal) ? "network" : type,
    };
}
