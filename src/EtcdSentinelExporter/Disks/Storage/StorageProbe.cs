using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Looks at the disks that carry a role.</summary>
/// <param name="roles">Which those are.</param>
/// <param name="disks">What they do.</param>
/// <param name="folders">What etcd has on them.</param>
/// <param name="proc">The files under the node's <c>/proc</c>.</param>
internal sealed class StorageProbe(
    Func<CancellationToken, Task<DiskRoles>> roles, DiskIoReader disks, EtcdFolders folders, HostFiles proc,
    TimeProvider clock)
    : IProbe<StorageReading>
{
    public async ValueTask<StorageReading> ReadAsync(StorageReading? previous, CancellationToken cancellationToken)
    {
        var found = await roles(cancellationToken);
        // What only the kernel's memory is asked for comes before what a disk may hold up.
        return new(clock.GetUtcNow(), found)
        {
            Io = disks.Read([.. found.Disks.Select(disk => disk.Device)], previous?.Io),
            Pressure = PressureReading.Read(proc, previous?.Pressure, clock),
            Folders = await folders.ReadAsync(found, previous?.Folders ?? [], cancellationToken),
        };
    }
}
