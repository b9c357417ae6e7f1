using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Node;

namespace EtcdSentinelExporter.Collectors.Storage;

/// <summary>Looks at the disks that carry a role.</summary>
/// <param name="roles">Which those are.</param>
internal sealed class StorageProbe(Func<CancellationToken, Task<DiskRoles>> roles, TimeProvider clock) : IProbe<StorageReading>
{
    public async ValueTask<StorageReading> ReadAsync(StorageReading? previous, CancellationToken cancellationToken) =>
        new(clock.GetUtcNow(), await roles(cancellationToken));
}
