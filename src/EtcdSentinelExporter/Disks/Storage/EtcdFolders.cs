using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Looks into the folders that etcd writes to, on threads that a disk may hold.</summary>
/// <param name="paths">The node's paths, as this process sees them.</param>
/// <param name="given">What the settings say about them.</param>
/// <param name="limit">How long one folder may take.</param>
/// <param name="clock">Measures it.</param>
internal sealed class EtcdFolders(HostPath paths, ConfiguredRoles given, TimeSpan limit, TimeProvider clock)
{
    // One question each, so that many files do not hide how much room is left.
    private readonly FileSweeper _spaces = new(limit, clock);
    private readonly FileSweeper _contents = new(limit, clock);
    private readonly DataDirectory _directory = new(paths);

    /// <param name="roles">How etcd was started, and what its folders are mounted on.</param>
    /// <param name="previous">What was found the last time.</param>
    public async Task<ImmutableArray<EtcdFolder>> ReadAsync(
        DiskRoles roles, ImmutableArray<EtcdFolder> previous, CancellationToken cancellationToken)
    {
        ImmutableArray<DiskRole> folders = [.. RolePaths.Of(roles.Etcd, given).Where(role => role.IsEtcd)];
        ImmutableArray<string> asked = [.. folders.Select(folder => folder.Path)];
        var spaces = _spaces.RunAsync(asked, Space, _ => null, cancellationToken);
        var contents = _contents.RunAsync(
            asked, path => Contents(folders, path), _ => DirectoryUse.Without(DirectoryUse.Unreadable),
            cancellationToken);
        var had = previous.Where(before => before.HadData || before.Use.State is DirectoryUse.Ok)
            .Select(before => before.Of).ToHashSet();
        return
        [
            .. Joined(roles, folders, await spaces, await contents)
                .Select(folder => folder with { HadData = had.Contains(folder.Of) }),
        ];
    }

    private static ImmutableArray<EtcdFolder> Joined(
        DiskRoles roles, ImmutableArray<DiskRole> folders, ImmutableArray<FileSystemSpace?> spaces,
        ImmutableArray<DirectoryUse> contents)
    {
        var data = PathOf(folders, DiskRole.EtcdData);
        return
        [
            .. folders.Select((folder, at) => new EtcdFolder(
                folder,
                spaces[at],
                roles.Places.FirstOrDefault(place => place.Of == folder)?.Mount?.IsReadOnly,
                folder.Role is DiskRole.EtcdWal && data is not null && DataDirectory.IsInside(data, folder.Path)
                    ? DirectoryUse.Without(contents[at].State)
                    : contents[at])),
        ];
    }

    private FileSystemSpace? Space(string path)
    {
        try
        {
            return FileSystemSpace.Read(paths.Resolve(path));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private DirectoryUse Contents(ImmutableArray<DiskRole> folders, string path) =>
        path == PathOf(folders, DiskRole.EtcdData)
            ? _directory.Data(path, PathOf(folders, DiskRole.EtcdWal) ?? path + "/member/wal")
            : _directory.Wal(path);

    private static string? PathOf(ImmutableArray<DiskRole> folders, string role) =>
        folders.FirstOrDefault(folder => folder.Role == role)?.Path;
}
