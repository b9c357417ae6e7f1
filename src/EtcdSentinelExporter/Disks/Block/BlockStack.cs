using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds the devices below a block device, layer by layer, from sysfs.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
internal sealed class BlockStack(HostFiles sys)
{
    // Deeper than any usable stack, and more disks than any array has.
    private const int MaxLayers = 16;
    private const int MaxPaths = 1000;
    private const string Deleted = " (deleted)";

    /// <param name="device"><c>major:minor</c></param>
    public ImmutableArray<DiskPath> Below(string device)
    {
        if (!sys.Exists("/dev/block"))
            return [new("", [], DiskReason.Unreadable)];
        return BelowLink($"/dev/block/{device}", []);
    }

    /// <param name="link">Link in sysfs to the folder of a block device, as in <c>slaves</c>.</param>
    /// <param name="via">Layers above the device.</param>
    public ImmutableArray<DiskPath> BelowLink(string link, ImmutableArray<string> via) =>
        [.. FromLink(link, via, []).Take(MaxPaths)];

    private IEnumerable<DiskPath> FromLink(string link, ImmutableArray<string> via, ImmutableArray<string> above)
    {
        var name = Path.GetFileName(link);
        try
        {
            var folder = sys.Resolve(link);
            return sys.ExistsForSure(folder) ? FromFolder(folder, via, above) : [new(name, via, DiskReason.Vanished)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new(name, via, DiskReason.Unreadable)];
        }
    }

    private IEnumerable<DiskPath> FromFolder(string folder, ImmutableArray<string> via, ImmutableArray<string> above)
    {
        var name = Path.GetFileName(folder);
        if (above.Contains(folder, StringComparer.Ordinal) || above.Length == MaxLayers)
            return [new(name, via, DiskReason.Circle)];
        above = above.Add(folder);
        if (sys.Exists($"{folder}/partition"))
            return FromFolder(Path.GetDirectoryName(folder)!, via.Add("partition"), above);
        if (sys.Attribute($"{folder}/loop/backing_file") is { Length: > 0 } file)
        {
            return [file.StartsWith('/') && !file.EndsWith(Deleted, StringComparison.Ordinal)
                ? new(name, via.Add("loop"), File: file)
                : new(name, via, DiskReason.Loop)];
        }
        var slaves = sys.List($"{folder}/slaves").ToArray();
        return slaves.Length == 0
            ? [Leaf(folder, name, via)]
            : slaves.SelectMany(slave => FromLink(slave, via.Add(Layer(folder)), above));
    }

    // With NVMe multipath, each path is a hidden device and not a disk: nvme0c1n1 is a path of nvme0n1.
    private DiskPath Leaf(string folder, string name, ImmutableArray<string> via)
    {
        if (sys.Attribute($"{folder}/hidden") is "1" && name.IndexOf('c', StringComparison.Ordinal) is > 0 and var c
            && name.IndexOf('n', c) is > 0 and var n)
        {
            name = name[..c] + name[n..];
        }
        // A volume without disks below: they are gone, or it never had any.
        return sys.Exists($"{folder}/dm") || sys.Exists($"{folder}/md")
            ? new(name, via.Add(Layer(folder)), DiskReason.Vanished)
            : new(name, via);
    }

    private string Layer(string folder) =>
        sys.Exists($"{folder}/dm") ? OfMapper(sys.Attribute($"{folder}/dm/uuid"))
        : sys.Exists($"{folder}/md") ? "md"
        : sys.Exists($"{folder}/bcache") ? "bcache"
        : "stacked";

    private static string OfMapper(string uuid) =>
        uuid.StartsWith("CRYPT-", StringComparison.Ordinal) ? "crypt"
        : uuid.StartsWith("LVM-", StringComparison.Ordinal) ? "lvm"
        : uuid.StartsWith("mpath-", StringComparison.Ordinal) ? "multipath"
        : uuid.StartsWith("part", StringComparison.Ordinal) ? "partition"
        : "dm";
}
