using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Decodes attributes of a disk in sysfs.</summary>
internal static class DiskDetails
{
    // In the SCSI vendor or model of the volumes of MegaRAID, PERC, ServeRAID, PRAID, Smart Array, Adaptec and 3ware.
    private static readonly string[] VolumeNames =
        ["RAID", "PERC", "LOGICAL VOLUME", "AVAGO", "BROADCOM", "LSI ", "ADAPTEC", "AMCC", "3ware", "ARECA"];

    /// <summary>Returns the PCI address of the controller; empty if the disk is not on a PCI bus.</summary>
    /// <param name="path">Folder of the disk in sysfs, with links resolved.</param>
    /// <remarks><c>/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda</c></remarks>
    public static string ControllerOf(string path) =>
        path.Split('/').LastOrDefault(
            part => part.Split(':') is [{ Length: >= 4 }, { Length: 2 }, [_, _, '.', _]], "");

    /// <summary>True for a volume of a RAID controller.</summary>
    public static bool IsVolume(string vendor, string model) => Array.Exists(
        VolumeNames, name => $"{vendor} {model}".Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <returns>Share of its life that an eMMC has used; <see langword="null"/> if unknown.</returns>
    /// <param name="text"><c>0x02 0x01</c> for the two kinds of memory: 1 is up to 10 % used, 11 is beyond 100 %. 0 is
    /// undefined.</param>
    public static double? LifeUsed(string text)
    {
        var tenths = text.Split(' ')
            .Select(word => word.StartsWith("0x", StringComparison.Ordinal)
                && byte.TryParse(word.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var step)
                ? step : 0)
            .Max();
        return tenths is >= 1 and <= 11 ? (tenths - 1) / 10.0 : null;
    }

    /// <summary>Returns the serial number in a disk's vital product data; empty without one.</summary>
    /// <param name="page">Unit serial number page: a header of four bytes, whose last two are the length of the text.
    /// </param>
    public static string SerialOf(byte[]? page) =>
        page is [_, 0x80, var high, var low, .. var rest]
            ? SysAttribute.Label(Encoding.ASCII.GetString(rest.AsSpan(0, Math.Min(rest.Length, (high << 8) | low))))
            : "";

    /// <returns>Reads and writes completed; <see langword="null"/> if invalid.</returns>
    /// <param name="stat">Reads are the first number, writes the fifth: Documentation/block/stat.rst.</param>
    public static long? Requests(string stat) =>
        stat.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var reads, _, _, _, var writes, ..]
        && long.TryParse(reads, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
        && long.TryParse(writes, NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            ? read + written
            : null;
}
