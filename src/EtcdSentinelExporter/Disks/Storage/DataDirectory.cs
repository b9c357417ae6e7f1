using System.Runtime.InteropServices;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Adds up the files of etcd's folders. Every call blocks as long as the disk does.</summary>
/// <param name="paths">Resolves the node's paths for this process.</param>
internal sealed class DataDirectory(HostPath paths)
{
    /// <summary>Reads the data directory: <c>member/snap/db</c>, <c>member/snap</c>, <c>member/wal</c> and the
    /// rest.</summary>
    /// <param name="path">The node's path.</param>
    /// <param name="wal">The node's path of the WAL; outside of the data directory, it is not counted here.</param>
    public DirectoryUse Data(string path, string wal) => ReadFolder(path, real =>
    {
        if (Statx.Path(paths.Resolve(path + "/member"), out var member) != 0)
            return DirectoryUse.Without(StateOfError(DirectoryUse.Empty));
        if (!member.IsFolder)
            return DirectoryUse.Without(DirectoryUse.Empty);
        var snap = paths.Resolve(path + "/member/snap");
        var walReal = paths.Resolve(wal);
        var backend = snap + "/db";
        var counted = new HashSet<(ulong, ulong)>();
        (string, FolderUse?)[] parts =
        [
            (DirectoryUse.Backend, FolderUse.One(backend, counted)),
            (DirectoryUse.Snapshots, FolderUse.Sum(snap, entry => entry == backend, counted)),
            (DirectoryUse.Other, FolderUse.Sum(real, entry => entry == snap || entry == walReal, counted)),
        ];
        return Of(IsInside(path, wal)
            ? [.. parts, (DirectoryUse.Wal, FolderUse.Sum(walReal, _ => false, counted))]
            : parts);
    });

    /// <summary>Reads the folder of the WAL alone.</summary>
    public DirectoryUse Wal(string path) =>
        ReadFolder(path, real => Of([(DirectoryUse.Wal, FolderUse.Sum(real, _ => false, []))]));

    /// <summary>True if <paramref name="path"/> is below <paramref name="folder"/>.</summary>
    public static bool IsInside(string folder, string path) =>
        path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private DirectoryUse ReadFolder(string path, Func<string, DirectoryUse> read)
    {
        try
        {
            var real = paths.Resolve(path);
            if (Statx.Path(real, out var folder) != 0)
                return DirectoryUse.Without(StateOfError(DirectoryUse.Missing));
            return !folder.IsFolder ? DirectoryUse.Without(DirectoryUse.Unreadable)
                : Directory.EnumerateFileSystemEntries(real).Any() ? read(real)
                : DirectoryUse.Without(DirectoryUse.Empty);
        }
        catch (UnauthorizedAccessException)
        {
            return DirectoryUse.Without(DirectoryUse.Forbidden);
        }
        catch (IOException)
        {
            return DirectoryUse.Without(DirectoryUse.Unreadable);
        }
    }

    // An I/O error or missing permission does not mean that the folder is missing.
    private static string StateOfError(string notFound) => Marshal.GetLastPInvokeError() switch
    {
        Statx.NoSuchFile => notFound,
        Statx.NotPermitted or Statx.NoAccess => DirectoryUse.Forbidden,
        _ => DirectoryUse.Unreadable,
    };

    private static DirectoryUse Of((string Name, FolderUse? Use)[] parts) => new(
        Array.TrueForAll(parts, part => part.Use is not null) ? DirectoryUse.Ok : DirectoryUse.Incomplete,
        [.. parts.SelectMany(
            part => part.Use is { } use ? [new DirectoryPart(part.Name, use)] : Array.Empty<DirectoryPart>())]);
}
