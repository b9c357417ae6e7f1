using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Errors that a file system counted.</summary>
/// <param name="Counts">Counts by kind; empty if the file system does not count.</param>
/// <param name="First">Time of the first error; <see langword="null"/> without one.</param>
internal sealed record FileSystemErrors(ImmutableArray<(string Kind, double Count)> Counts, DateTimeOffset? First)
{
    public static FileSystemErrors None { get; } = new([], First: null);
}

/// <summary>Reads the errors that ext4 and btrfs count, from sysfs. Does not block on a disk.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="files">The node's files, to resolve links in <c>/dev</c>.</param>
internal sealed class FileSystemErrorReader(HostFiles sys, HostFiles files)
{
    public FileSystemErrors Read(Mount? mount)
    {
        try
        {
            return mount?.FileSystem switch
            {
                "ext2" or "ext3" or "ext4" => Ext4($"/fs/ext4/{Path.GetFileName(sys.Resolve(LinkTo(mount)))}"),
                "btrfs" => new(Btrfs(mount.Source), First: null),
                _ => FileSystemErrors.None,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FileSystemErrors.None;
        }
    }

    private static string LinkTo(Mount mount) => $"/dev/block/{mount.Device}";

    // Kept in the file system until fsck clears it. With the option errors=continue nothing else shows them.
    private FileSystemErrors Ext4(string folder) => Number(sys.Attribute($"{folder}/errors_count")) is { } count
        ? new(
            [("ext4", count)],
            Number(sys.Attribute($"{folder}/first_error_time")) is > 0 and <= 253_402_300_799 and var seconds
                ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
                : null)
        : FileSystemErrors.None;

    // One file per member, with lines such as "write_errs 0".
    private ImmutableArray<(string Kind, double Count)> Btrfs(string source)
    {
        var counts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var member in new BtrfsMembers(sys, files).InfoOf(source))
        {
            foreach (var line in sys.Attribute($"{member}/error_stats").Split('\n'))
            {
                if (line.Split("_errs ") is [var kind, var text] && Number(text) is { } count)
                    counts[kind] = counts.GetValueOrDefault(kind) + count;
            }
        }
        return [.. counts.Select(count => (count.Key, count.Value))];
    }

    private static double? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
