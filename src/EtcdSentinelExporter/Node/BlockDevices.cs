using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Node;

/// <summary>The disks of the node, as sysfs lists them: nothing here asks a disk, so nothing here waits for
/// one.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
internal sealed class BlockDevices(HostFiles sys)
{
    private const int LongestText = 100;
    private const int LargestAttribute = 4096;

    // World-wide names that are unique. USB sticks come with others that a whole batch shares.
    private static readonly string[] UniqueKinds = ["naa.", "eui.", "uuid.", "nvme.", "t10.ATA"];

    /// <summary>Every disk once, by name; one that is seen on several paths under the first of its names.</summary>
    /// <exception cref="FileNotFoundException">There is no sysfs.</exception>
    /// <exception cref="UnauthorizedAccessException">sysfs may not be listed.</exception>
    public ImmutableArray<BlockDevice> List()
    {
        if (!sys.Exists("/block"))
            throw new FileNotFoundException("sysfs lists no block devices: there is no block folder; set path.sysfs.");
        var disks = sys.List("/block").Where(IsDisk).Select(Read);
        return
        [
            .. disks.GroupBy(Key, StringComparer.Ordinal).Select(same => same.First() with { Paths = same.Count() }),
        ];
    }

    private static string Key(BlockDevice disk) =>
        Array.Exists(UniqueKinds, kind => disk.WorldWideName.StartsWith(kind, StringComparison.Ordinal))
            ? disk.WorldWideName : disk.Name;

    // What has no device behind it is virtual: loop, ram, md and dm. Paths of NVMe multipath are marked as hidden.
    private bool IsDisk(string path) =>
        Path.GetFileName(path) is var name
        && !name.StartsWith("sr", StringComparison.Ordinal)
        && !name.StartsWith("fd", StringComparison.Ordinal)
        && !(name.StartsWith("mmcblk", StringComparison.Ordinal) && name.Contains("boot", StringComparison.Ordinal))
        && sys.Exists($"{path}/device")
        && Text($"{path}/hidden") is not "1";

    private BlockDevice Read(string path) => new(
        Path.GetFileName(path),
        Serial(path),
        FirstOf(Text($"{path}/wwid"), Text($"{path}/device/wwid")),
        Text($"{path}/queue/rotational") switch { "1" => true, "0" => false, _ => null },
        Requests(Text($"{path}/stat")));

    private string Serial(string path) =>
        FirstOf(Text($"{path}/device/serial"), VitalProductData($"{path}/device/vpd_pg80"), Text($"{path}/serial"));

    // Unit serial number page: four bytes of header, the last two of them the length of the text.
    private string VitalProductData(string path) =>
        Bytes(path) is [_, 0x80, var high, var low, .. var rest]
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

    private string Text(string path) => Clean(Encoding.UTF8.GetString(Bytes(path)));

    // An attribute that cannot be read is one that is not known: disks come and go while they are listed.
    private byte[] Bytes(string path)
    {
        try
        {
            return sys.Read(path, LargestAttribute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Clean(string text)
    {
        var trimmed = text.Trim('\0', ' ', '\n', '\t');
        return trimmed.Length <= LongestText ? trimmed : trimmed[..LongestText];
    }
}
