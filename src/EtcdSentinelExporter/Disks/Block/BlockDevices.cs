using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The disks of the node, as sysfs lists them. What it tells was learnt when the disk appeared, but for one
/// thing: the serial number of a virtio disk is asked of the disk itself, so it is read once and kept.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <remarks>One call at a time.</remarks>
internal sealed class BlockDevices(HostFiles sys)
{
    private const int MaxTextLength = 100;
    private const int MaxAttributeBytes = 4096;

    // World-wide names that are unique. USB sticks come with others that a whole batch shares.
    private static readonly string[] UniqueKinds = ["naa.", "eui.", "uuid.", "nvme.", "t10.ATA"];

    // By name and number in the order of appearance: whoever comes later under the same name has another. Kernels
    // before 5.15 give none, and nothing is kept there.
    private Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Every disk once, by name; one that is seen on several paths under the first of its names.</summary>
    /// <exception cref="FileNotFoundException">There is no sysfs.</exception>
    /// <exception cref="UnauthorizedAccessException">sysfs may not be listed.</exception>
    public ImmutableArray<BlockDevice> List()
    {
        if (!sys.Exists("/block"))
            throw new FileNotFoundException("sysfs lists no block devices: there is no block folder; set path.sysfs.");
        var kept = new Dictionary<string, Kept>(StringComparer.Ordinal);
        var disks = sys.List("/block").Where(IsDisk).Select(path => Read(path, kept)).OfType<BlockDevice>().ToArray();
        _kept = kept;
        return [.. disks.GroupBy(Key).Select(same => Joined([.. same]))];
    }

    private static BlockDevice Joined(BlockDevice[] paths) => paths.Length == 1 ? paths[0] : paths[0] with
    {
        Paths = paths.Length,
        OtherNames = [.. paths[1..].Select(path => path.Name)],
    };

    // A world-wide name may be wrong: some makers give a whole batch the same. Paths share the serial number too.
    private static (string, string) Key(BlockDevice disk) =>
        Array.Exists(UniqueKinds, kind => disk.WorldWideName.StartsWith(kind, StringComparison.Ordinal))
            ? (disk.WorldWideName, disk.Serial) : (disk.Name, "");

    private static bool IsDisk(string path) =>
        Path.GetFileName(path) is var name
        && !name.StartsWith("sr", StringComparison.Ordinal)
        && !name.StartsWith("fd", StringComparison.Ordinal)
        && !(name.StartsWith("mmcblk", StringComparison.Ordinal) && name.Contains("boot", StringComparison.Ordinal));

    private BlockDevice? Read(string path, Dictionary<string, Kept> kept)
    {
        // A link in sysfs has a dozen folders on its way: it is followed once, and not for each attribute.
        var device = sys.Within($"{path}/device");
        var disk = sys.Within(path);
        // What has no device behind it is virtual: loop, ram, md and dm. Paths of NVMe multipath are marked as hidden.
        if (!device.Exists("/") || Text(disk, "/hidden") is "1")
            return null;
        var sequence = Text(disk, "/diskseq");
        var id = $"{path} {sequence}";
        var before = _kept.GetValueOrDefault(id);
        // A slot without a medium, as card readers and management controllers have. A disk that dies loses its
        // size too.
        if (Text(disk, "/size") is "0" && before is null)
            return null;
        var asked = before?.Asked ?? Asked(disk);
        if (sequence.Length > 0)
            kept[id] = new(asked);
        return new(
            Path.GetFileName(path),
            FirstOf(Text(device, "/serial"), VitalProductData(device), asked ?? ""),
            FirstOf(Text(disk, "/wwid"), Text(device, "/wwid")),
            Text(disk, "/queue/rotational") switch { "1" => true, "0" => false, _ => null },
            Requests(Text(disk, "/stat")))
        {
            Sequence = sequence,
        };
    }

    // Empty is an answer, and is kept as well. Only virtio disks have this file.
    private static string? Asked(HostFiles disk) => Bytes(disk, "/serial") is { } bytes ? Decoded(bytes) : null;

    // Unit serial number page: four bytes of header, the last two of them the length of the text.
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

    private static string FirstOf(params ReadOnlySpan<string> texts)
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

    // An attribute that cannot be read is one that is not known: disks come and go while they are listed.
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

    /// <param name="Asked">The serial number that the disk itself told; <see langword="null"/> where it could not be
    /// asked.</param>
    private sealed record Kept(string? Asked);
}
