namespace EtcdSentinelExporter.Lab;

/// <summary>A disk and the file system on it.</summary>
/// <param name="Device">The kernel's name of the disk; <see langword="null"/> if there is none.</param>
/// <param name="MountPoint">Where the file system is mounted.</param>
/// <param name="Source">What is mounted there.</param>
/// <param name="Type">Type of that file system.</param>
/// <param name="Via">Layers between it and the disk; if there is no disk, the type of the lowest file system.</param>
internal sealed record FoundDisk(string? Device, string MountPoint, string Source, string Type, string Via);

/// <summary>The disk under a path according to findmnt, lsblk and losetup.</summary>
/// <param name="shell">Runs a command and returns its output.</param>
internal sealed class DiskOfPath(Func<string, Task<string>> shell)
{
    // A container has no device files of the disks, and sees them in /sys.
    private const string FromSysfs = """
        up() { [ ! -e "$b/partition" ] || b=${b%/*}; }
        b=$(readlink -e "/sys/dev/block/$(findmnt -nro MAJ:MIN -T '@' | tail -n 1)") || exit 0; up
        while s=$(ls "$b/slaves" | head -n 1) && [ -n "$s" ]; do b=$(readlink -e "$b/slaves/$s"); up; done
        echo "${b##*/}"
        """;

    /// <summary>Looks from this process.</summary>
    public static DiskOfPath Here { get; } = new(
        command => CleanProcess.RunAsync("/bin/sh", ["-c", $"PATH=$PATH:/usr/sbin:/sbin; {command}"]));

    /// <summary><c>device mountpoint source fstype via</c>, or the reason why there is no disk.</summary>
    /// <param name="via">Layers that the caller has made above the disk of this machine.</param>
    public async Task<string> FindAsync(string path, string via = "")
    {
        var disk = await LocateAsync(path);
        var layers = string.Join('.', new[] { via, disk.Via }.Where(x => x.Length > 0));
        return disk.Device is null
            ? Reason(disk.Via)
            : $"{disk.Device} {disk.MountPoint} {disk.Source} {disk.Type} {layers}".TrimEnd();
    }

    public async Task<FoundDisk> LocateAsync(string path)
    {
        // Of mounts over each other findmnt shows the upper one last.
        string[] mount =
        [
            .. (await shell($"findmnt -nrvo TARGET,SOURCE,FSTYPE -T '{path}' | tail -n 1")).Trim().Split(' ')
                .Select(column => column.Replace(@"\x20", " ", StringComparison.Ordinal)),
        ];
        var (device, via) = mount[1].StartsWith("/dev/", StringComparison.Ordinal)
            ? await DeviceAsync(mount[1], path, mount[2])
            : (null, mount[2]);
        return new(device, mount[0], mount[1], mount[2], via);
    }

    // The disk and the layers above it.
    private async Task<(string? Device, string Via)> DeviceAsync(string source, string path, string type)
    {
        if (!File.Exists(source))
        {
            var found = (await shell(FromSysfs.Replace("@", path, StringComparison.Ordinal))).Trim();
            return found.Length == 0 ? (null, type) : (found, "");
        }
        var layers = (await shell($"lsblk -snro NAME,TYPE '{source}'")).Trim().Split('\n')
            .Select(line => line.Split(' ')).ToArray();
        var device = layers[^1][0];
        if (!device.StartsWith("loop", StringComparison.Ordinal))
            return (device, string.Join('.', layers[..^1].Select(layer => Via(layer[1]))));
        var below = await LocateAsync((await shell($"losetup -nO BACK-FILE '/dev/{device}'")).Trim());
        return (below.Device, below.Via);
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
