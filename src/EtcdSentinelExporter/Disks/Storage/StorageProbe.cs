using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Reads the disks with a role and the folders of etcd.</summary>
/// <param name="roles">Returns the disks with a role.</param>
/// <param name="disks">Reads their counters.</param>
/// <param name="folders">Reads etcd's folders.</param>
/// <param name="proc">The files under the node's <c>/proc</c>.</param>
internal sealed class StorageProbe(
    Func<CancellationToken, Task<DiskRoles>> roles, DiskIoReader disks, EtcdFolders folders, HostFiles proc,
    TimeProvider clock)
    : IProbe<StorageReading>
{
    public async ValueTask<StorageReading> ReadAsync(StorageReading? previous, CancellationToken cancellationToken)
    {
        var found = await roles(cancellationToken);
        // Values from kernel memory come first; reading the folders may block on a disk.
        return new(clock.GetUtcNow(), found)
        {
            Io = disks.Read([.. found.Disks.Select(disk => disk.Device)], previous?.Io),
            Pressure = PressureReading.Read(proc, previous?.Pressure, clock),
            Folders = await folders.ReadAsync(found, previous?.Folders ?? [], cancellationToken),
        };
    }
}
