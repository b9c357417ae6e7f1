using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Finds the block devices of a btrfs. Its device number in mountinfo is virtual, because one file system may
/// have many devices.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="files">The node's files, to resolve links in <c>/dev</c>.</param>
internal sealed class BtrfsMembers(HostFiles sys, HostFiles files)
{
    /// <summary>Returns links to the sysfs folders of the member devices.</summary>
    /// <param name="source">Source in mountinfo: one of the member devices.</param>
    /// <returns>Empty if the file system cannot be identified. <c>IsWhole</c> is false while a member is
    /// missing.</returns>
    /// <exception cref="UnauthorizedAccessException">No permission to list sysfs.</exception>
    public (ImmutableArray<string> Links, bool IsWhole) Of(string source)
    {
        if (FolderOf(source) is not { } found)
            return ([], true);
        var missing = sys.List($"{found}/devinfo").Any(member => sys.Attribute($"{member}/missing") is "1");
        return ([.. sys.List($"{found}/devices")], !missing);
    }

    /// <summary>Returns the folders with the state of each member; empty if the file system cannot be
    /// identified.</summary>
    /// <inheritdoc cref="Of"/>
    public IEnumerable<string> InfoOf(string source) =>
        FolderOf(source) is { } found ? sys.List($"{found}/devinfo") : [];

    // sysfs lists every mounted btrfs, so a single one must be ours.
    private string? FolderOf(string source)
    {
        var fileSystems = sys.List("/fs/btrfs").Where(folder => sys.Exists($"{folder}/devices")).ToArray();
        return fileSystems.Length == 1 ? fileSystems[0]
            : Array.Find(fileSystems, fileSystem => Has(fileSystem, source));
    }

    private bool Has(string fileSystem, string source)
    {
        var name = Path.GetFileName(Resolved(source));
        return sys.Exists($"{fileSystem}/devices/{name}")
            // Names in /dev/mapper are often not links: without udev they are device nodes.
            || (source.StartsWith("/dev/mapper/", StringComparison.Ordinal)
                && sys.List($"{fileSystem}/devices")
                    .Any(member => sys.Attribute($"{member}/dm/name") == source["/dev/mapper/".Length..]));
    }

    private string Resolved(string source)
    {
        try
        {
            return source.StartsWith('/') ? files.Resolve(source) : source;
        }
        catch (IOException)
        {
            return source;
        }
    }
}
