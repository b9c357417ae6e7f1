using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Reads the folders that etcd writes to, on dedicated threads, because a disk may block.</summary>
/// <param name="paths">Resolves the node's paths for this process.</param>
/// <param name="configured">Paths from the settings.</param>
/// <param name="errors">Reads the errors that file systems counted.</param>
/// <param name="limit">Timeout per folder.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class EtcdFolders(
    HostPath paths, ConfiguredRoles configured, FileSystemErrorReader errors, TimeSpan limit, TimeProvider clock)
{
    // Two separate sweeps, so that a folder with many files does not delay its free space.
    private readonly FileSweeper _spaces = new(limit, clock);
    private readonly FileSweeper _contents = new(limit, clock);
    private readonly DataDirectory _directory = new(paths);

    /// <param name="roles">How etcd was started, and the mounts of its folders.</param>
    /// <param name="previous">Result of the previous call.</param>
    public async Task<ImmutableArray<EtcdFolder>> ReadAsync(
        DiskRoles roles, ImmutableArray<EtcdFolder> previous, CancellationToken cancellationToken)
    {
        ImmutableArray<DiskRole> folders = [.. RolePaths.Of(roles.Etcd, configured).Where(role => role.IsEtcd)];
        ImmutableArray<string> folderPaths = [.. folders.Select(folder => folder.Path)];
        var spaces = _spaces.RunAsync(folderPaths, Space, _ => null, cancellationToken);
        var contents = _contents.RunAsync(
            folderPaths, path => Contents(folders, path), _ => DirectoryUse.Without(DirectoryUse.Unreadable),
            cancellationToken);
        var had = previous.Where(before => before.HadData || before.Use.State is DirectoryUse.Ok)
            .Select(before => before.Of).ToHashSet();
        return
        [
            .. Merge(roles, folders, await spaces, await contents)
                .Select(folder => folder with
                {
                    HadData = had.Contains(folder.Of),
                    Errors = errors.Read(MountOf(roles, folder.Of)),
                }),
        ];
    }

    private static ImmutableArray<EtcdFolder> Merge(
        DiskRoles roles, ImmutableArray<DiskRole> folders, ImmutableArray<FileSystemSpace?> spaces,
        ImmutableArray<DirectoryUse> contents)
    {
        var data = PathOf(folders, DiskRole.EtcdData);
        return
        [
            .. folders.Select((folder, at) => new EtcdFolder(
                folder,
                spaces[at],
                MountOf(roles, folder)?.IsReadOnly,
                folder.Role is DiskRole.EtcdWal && data is not null && DataDirectory.IsInside(data, folder.Path)
                    ? DirectoryUse.Without(contents[at].State)
                    : contents[at])),
        ];
    }

    private static Mount? MountOf(DiskRoles roles, DiskRole folder) =>
        roles.Places.FirstOrDefault(place => place.Of == folder)?.Mount;

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
