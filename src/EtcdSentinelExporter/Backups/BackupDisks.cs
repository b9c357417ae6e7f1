using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Backups;

/// <summary>Compares the disks of backups with those of etcd.</summary>
/// <param name="roles">Returns the disks that carry etcd.</param>
/// <param name="folders">Returns where folders are.</param>
internal sealed class BackupDisks(
    Func<CancellationToken, Task<DiskRoles>> roles,
    Func<ImmutableArray<string>, CancellationToken, Task<ImmutableArray<RolePlace>>> folders)
{
    /// <summary>Returns the folders with what is known of their disks.</summary>
    public async Task<ImmutableArray<BackupFolder>> PlaceAsync(
        ImmutableArray<BackupFolder> found, CancellationToken cancellationToken)
    {
        if (found.IsEmpty)
            return found;
        var known = await roles(cancellationToken).OrNullAsync();
        var etcd = known?.Places.Where(place => place.Of.IsEtcd).ToArray() ?? [];
        var places = (await folders([.. found.Select(folder => folder.Of.Path)], cancellationToken))
            .ToDictionary(place => place.Of.Path, StringComparer.Ordinal);
        return
        [
            .. found.Select(folder => places.TryGetValue(folder.Of.Path, out var place)
                && folder.State is BackupFolder.Ok or BackupFolder.Empty
                ? folder with
                {
                    IsOnEtcdDisk = FolderDisks.IsShared(place, etcd),
                    IsLocal = FolderDisks.IsLocal(place),
                }
                : folder),
        ];
    }
}
