using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Tells whether a folder is on a disk that carries etcd: a write there would slow etcd down, or be lost with
/// it.</summary>
/// <param name="roots">The node's files, where etcd's folders are.</param>
internal sealed class EtcdDiskCheck(NodeRoots roots, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <param name="folder">Path as this process sees it.</param>
    /// <param name="etcdFolders">Host paths of etcd's data and write-ahead log.</param>
    /// <returns>True also if both are on one file system. Where no disk can be found below, as for a network file
    /// system, the file systems alone are compared.</returns>
    public async Task<bool> IsOnEtcdDiskAsync(
        string folder, ImmutableArray<string> etcdFolders, CancellationToken cancellationToken)
    {
        ImmutableArray<(string, string)> paths =
        [
            ("target", folder), .. etcdFolders.Select((path, index) => ($"etcd-{index}", roots.Root.RealPath(path))),
        ];
        var finder = new DiskRoleFinder(
            new("/", clock), roots.Sys, new(new("/proc", clock), null, ""), new(null, null, paths), Limit, clock);
        var roles = await finder.ReadAsync(
            null, new([], [], []), new BlockDevices(roots.Sys).List(), cancellationToken);
        var ours = roles.Places.Where(place => place.Of.Role is DiskRole.Other).ToArray();
        var target = ours.FirstOrDefault(place => place.Of.Owner is "target");
        return target is not null && ours.Any(place => place != target && IsShared(place, target));
    }

    private static bool IsShared(RolePlace one, RolePlace other) =>
        (one.Mount is { } mount && mount.Device == other.Mount?.Device)
        || one.Disks.Any(disk => other.Disks.Any(same => same.Device == disk.Device));
}
