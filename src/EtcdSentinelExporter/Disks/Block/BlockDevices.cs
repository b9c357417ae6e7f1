using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Lists the disks of the node from sysfs.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <remarks>Not safe for concurrent use. The kernel filled almost all attributes when the disk appeared. Only the
/// serial number of a virtio disk is read from the disk itself, so it is read once and cached.</remarks>
internal sealed class BlockDevices(HostFiles sys)
{
    private const int MaxTextLength = 100;
    private const int MaxAttributeBytes = 4096;

    // Prefixes of unique world-wide names. USB sticks have others, which a whole batch may share.
    private static readonly string[] UniqueKinds = ["naa.", "eui.", "uuid.", "nvme.", "t10.ATA"];

    // In the SCSI vendor or model of the volumes of MegaRAID, PERC, ServeRAID, PRAID, Smart Array, Adaptec and 3ware.
    private static readonly string[] VolumeNames =
        ["RAID", "PERC", "LOGICAL VOLUME", "AVAGO", "BROADCOM", "LSI ", "ADAPTEC", "AMCC", "3ware", "ARECA"];

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
        if (!device.Exists("/") || Text(disk, "/hidden") is "1")
            return null;
        var sequence = Text(disk, "/diskseq");
        var id = $"{path} {sequence}";
        var before = _cache.GetValueOrDefault(id);
        // Size 0 is a slot without a medium, as in card readers and management controllers. A dying disk may report
        // size 0 too, so a known disk stays.
        if (Text(disk, "/size") is "0" && before is null)
            return null;
        var known = new Unchanging(
            before?.Serial ?? ReadSerial(disk),
            before?.Controller ?? ControllerOf(sys.Resolve(path)),
            before?.IsVolume ?? IsVolume(Text(device, "/vendor"), Text(device, "/model")));
        if (sequence.Length > 0)
            cache[id] = known;
        return new(
            Path.GetFileName(path),
            FirstNonEmpty(Text(device, "/serial"), VitalProductData(device), known.Serial ?? ""),
            FirstNonEmpty(Text(disk, "/wwid"), Text(device, "/wwid")),
            Text(disk, "/queue/rotational") switch { "1" => true, "0" => false, _ => null },
            Requests(Text(disk, "/stat")))
        {
            Sequence = sequence,
            Controller = known.Controller,
            IsVolume = known.IsVolume,
            LifeUsed = IsCard(path) ? LifeUsed(Text(device, "/life_time")) : null,
        };
    }

    // /devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda
    private static string ControllerOf(string path) =>
        path.Split('/').LastOrDefault(
            part => part.Split(':') is [{ Length: >= 4 }, { Length: 2 }, [_, _, '.', _]], "");

    private static bool IsVolume(string vendor, string model) => Array.Exists(
        VolumeNames, name => $"{vendor} {model}".Contains(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsCard(string path) =>
        Path.GetFileName(path).StartsWith("mmcblk", StringComparison.Ordinal);

    // "0x02 0x01" for the two kinds of memory: 1 is up to 10 % used, 11 is beyond 100 %. 0 is undefined.
    private static double? LifeUsed(string text)
    {
        var tenths = text.Split(' ')
            .Select(word => word.StartsWith("0x", StringComparison.Ordinal)
                && byte.TryParse(word.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var step)
                ? step : 0)
            .Max();
        return tenths is >= 1 and <= 11 ? (tenths - 1) / 10.0 : null;
    }

    // An empty serial number is cached as well. Only virtio disks have this file.
    private static string? ReadSerial(HostFiles disk) => Bytes(disk, "/serial") is { } bytes ? Decoded(bytes) : null;

    // Unit serial number page: a header of four bytes, whose last two are the length of the text.
    private static string VitalProductData(HostFiles device) =>
        Bytes(device, "/vpd_pg80") is [_, 0x80, var high, var low, .. var rest]
            ? Clean(Encoding.ASCII.GetString(rest.AsSpan(0, Math.Min(rest.Length, (high << 8) | low))))
            : "";

    // Reads are the first number, writes the fifth: Documentation/block/stat.rst.
    private static long? Requests(string stat) =>
        stat.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var reads, _, _, _, var writes, ..]
        && long.TryParse(reads, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
        && long.TryParse(writes, NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            ? read + written
            : null;

    private static string FirstNonEmpty(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
                return text;
        }
        return "";
    }

    private static string Text(HostFiles folder, string name) => Decoded(Bytes(folder, name) ?? []);

    private static string Decoded(byte[] bytes) => Clean(Encoding.UTF8.GetString(bytes));

    // Unreadable attributes count as unknown: disks come and go while they are listed.
    private static byte[]? Bytes(HostFiles folder, string name)
    {
        try
        {
            return folder.Read(name, MaxAttributeBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Clean(string text)
    {
        var trimmed = text.Trim('\0', ' ', '\n', '\t');
        return trimmed.Length <= MaxTextLength ? trimmed : trimmed[..MaxTextLength].TrimEnd();
    }

    /// <param name="Serial">Serial number read from the disk; <see langword="null"/> if the read failed.</param>
    private sealed record Unchanging(string? Serial, string Controller, bool IsVolume);
}
