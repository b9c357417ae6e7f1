using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Shares one read of the node's disks, roles and load between collectors that poll at the same
/// time.</summary>
internal sealed class NodeDisks
{
    private readonly Shared<DiskList> _list;
    private readonly Shared<DiskRoles> _roles;
    private readonly Shared<DiskIoReading> _io;

    /// <param name="etcd">How etcd was started.</param>
    /// <param name="finder">Finds the disk behind each path that has a role.</param>
    public NodeDisks(
        NodeRoots roots, EtcdOnNode etcd, DiskRoleFinder finder, DiskTimeouts timeouts, TimeProvider clock)
    {
        var disks = new BlockDevices(roots.Sys);
        var io = new DiskIoReader(roots.Proc, roots.Sys, clock);
        _list = new((_, _) => Task.FromResult(new DiskList(disks.List())), Shared.FreshFor, timeouts.List, clock);
        _roles = new(
            async (previous, token) => await finder.ReadAsync(
                previous, await etcd.GetAsync(token),
                (await ListAsync(token).OrNullAsync())?.Items, token),
            Shared.FreshFor, timeouts.Roles, clock);
        _io = new(
            async (previous, token) =>
                io.Read([.. (await RolesAsync(token)).Disks.Select(disk => disk.Device)], previous),
            Shared.FreshFor, timeouts.Roles, clock);
    }

    /// <summary>Returns all disks of the node.</summary>
    public Task<DiskList> ListAsync(CancellationToken cancellationToken) => _list.GetAsync(cancellationToken);

    /// <summary>Returns the disks that carry etcd and the rest of the control plane.</summary>
    public Task<DiskRoles> RolesAsync(CancellationToken cancellationToken) => _roles.GetAsync(cancellationToken);

    /// <summary>Returns the load of the disks that carry a role, since the previous read by any caller.</summary>
    public Task<DiskIoReading> IoAsync(CancellationToken cancellationToken) => _io.GetAsync(cancellationToken);
}
