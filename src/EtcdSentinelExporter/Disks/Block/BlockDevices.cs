using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Lists the disks of the node from sysfs.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <remarks>Not safe for concurrent use. The kernel filled almost all attributes when the disk appeared. Only the
/// serial number of a virtio disk is read from the disk itself, so it is read once and cached.</remarks>
internal sealed class BlockDevices(HostFiles sys)
{
    // Prefixes of unique world-wide names. USB sticks have others, which a whole batch may share.
    private static readonly string[] UniqueKinds = ["naa.", "eui.", "uuid.", "nvme.", "t10.ATA"];

    // The key is path and diskseq: a later disk under the same name has another diskseq. Kernels before 5.15 have no
    // diskseq; nothing is cached there.
    private Dictionary<string, Unchanging> _cache = new(StringComparer.Ordinal);

    /// <summary>Returns each disk once, by name. A disk with several paths gets the first of its names.</summary>
    /// <exception cref="FileNotFoundException">sysfs is not mounted.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list sysfs.</exception>
    public ImmutableArray<BlockDevice> List()
    {
        if (!sys.Exists("/block"))
            throw new FileNotFoundException("Cannot list block devices: sysfs has no folder block; set path.sysfs.");
        var cache = new Dictionary<string, Unchanging>(StringComparer.Ordinal);
        var disks = sys.List("/block").Where(IsDisk).Select(path => Read(path, cache)).OfType<BlockDevice>().ToArray();
        _cache = cache;
        return [.. disks.GroupBy(Key).Select(same => Merge([.. same]))];
    }

    private static BlockDevice Merge(BlockDevice[] paths) => paths.Length == 1 ? paths[0] : paths[0] with
    {
        Paths = paths.Length,
        OtherNames = [.. paths[1..].Select(path => path.Name)],
    };

    // A world-wide name alone is not enough: some makers give a whole batch the same one. Paths of one disk also share
    // the serial number.
    private static (string, string) Key(BlockDevice disk) =>
        Array.Exists(UniqueKinds, kind => disk.WorldWideName.StartsWith(kind, StringComparison.Ordinal))
            ? (disk.WorldWideName, disk.Serial) : (disk.Name, "");

    private static bool IsDisk(string path) =>
        Path.GetFileName(path) is var name
        && !name.StartsWith("sr", StringComparison.Ordinal)
        && !name.StartsWith("fd", StringComparison.Ordinal)
        && !(IsCard(path) && name.Contains("boot", StringComparison.Ordinal));

    private BlockDevice? Read(string path, Dictionary<string, Unchanging> cache)
    {
        // A path in sysfs goes through a dozen links and folders: resolve it once, not for each attribute.
        var device = sys.Within($"{path}/device");
        var disk = sys.Within(path);
        // Virtual devices (loop, ram, md, dm) have no device folder. Paths of NVMe multipath are marked as hidden.
        if (!device.Exists("/") || disk.Label("/hidden") is "1")
            return null;
        var sequence = disk.Label("/diskseq");
        var id = $"{path} {sequence}";
        var before = _cache.GetValueOrDefault(id);
        // Size 0 is a slot without a medium, as in card readers and management controllers. A dying disk may report
        // size 0 too, so a known disk stays.
        if (disk.Label("/size") is "0" && before is null)
            return null;
        var known = new Unchanging(
            before?.Serial ?? ReadSerial(disk),
            before?.Controller ?? DiskDetails.ControllerOf(sys.Resolve(path)),
            before?.IsVolume ?? DiskDetails.IsVolume(device.Label("/vendor"), device.Label("/model")));
        if (sequence.Length > 0)
            cache[id] = known;
        return new(
            Path.GetFileName(path),
            FirstNonEmpty(device.Label("/serial"), DiskDetails.SerialOf(device.Bytes("/vpd_pg80")), known.Serial ?? ""),
            FirstNonEmpty(disk.Label("/wwid"), device.Label("/wwid")),
            disk.Label("/queue/rotational") switch { "1" => true, "0" => false, _ => null },
            DiskDetails.Requests(disk.Label("/stat")))
        {
            Sequence = sequence,
            Controller = known.Controller,
            IsVolume = known.IsVolume,
            LifeUsed = IsCard(path) ? DiskDetails.LifeUsed(device.Label("/life_time")) : null,
        };
    }

    private static bool IsCard(string path) =>
        Path.GetFileName(path).StartsWith("mmcblk", StringComparison.Ordinal);

    // An empty serial number is cached as well. Only virtio disks have this file.
    private static string? ReadSerial(HostFiles disk) =>
        disk.Bytes("/serial") is { } bytes ? SysAttribute.Label(bytes) : null;

    private static string FirstNonEmpty(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
                return text;
        }
        return "";
    }

    /// <param name="Serial">Serial number read from the disk; <see langword="null"/> if the read failed.</param>
    private sealed record Unchanging(string? Serial, string Controller, bool IsVolume);
}
