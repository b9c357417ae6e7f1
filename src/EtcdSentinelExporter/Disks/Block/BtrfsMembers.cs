using System.Collections.Immutable;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The block devices of a btrfs, whose own number leads nowhere: one file system may have many.</summary>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="files">The node's files, for links in <c>/dev</c>.</param>
internal sealed class BtrfsMembers(HostFiles sys, HostFiles files)
{
    /// <summary>Links to the folders of its members.</summary>
    /// <param name="source">What mountinfo says was mounted: one of them.</param>
    /// <returns>None where it cannot be told which file system it is. <c>IsWhole</c> is false while a member is
    /// missing.</returns>
    /// <exception cref="UnauthorizedAccessException">sysfs may not be listed.</exception>
    public (ImmutableArray<string> Links, bool IsWhole) Of(string source)
    {
        var systems = sys.List("/fs/btrfs").Where(folder => sys.Exists($"{folder}/devices")).ToArray();
        // Each that is mounted anywhere is listed, so a single one is the one.
        if ((systems.Length == 1 ? systems[0] : Array.Find(systems, system => Has(system, source))) is not { } found)
            return ([], true);
        var missing = sys.List($"{found}/devinfo").Any(member => sys.Attribute($"{member}/missing") is "1");
        return ([.. sys.List($"{found}/devices")], !missing);
    }

    private bool Has(string system, string source)
    {
        var name = Path.GetFileName(Followed(source));
        return sys.Exists($"{system}/devices/{name}")
            // Device-mapper's names are often no links: whoever makes them may not run udev.
            || (source.StartsWith("/dev/mapper/", StringComparison.Ordinal)
                && sys.List($"{system}/devices")
                    .Any(member => sys.Attribute($"{member}/dm/name") == source["/dev/mapper/".Length..]));
    }

    private string Followed(string source)
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
