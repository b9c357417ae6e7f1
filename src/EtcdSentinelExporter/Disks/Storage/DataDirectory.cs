using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>One kind of what lies in a folder of etcd.</summary>
/// <param name="Name">One of <see cref="DirectoryUse.PartNames"/>.</param>
internal sealed record DirectoryPart(string Name, FolderUse Use);

/// <summary>What a folder of etcd holds.</summary>
/// <param name="State">One of <see cref="States"/>.</param>
/// <param name="Parts">Only those that could be looked at whole.</param>
internal sealed record DirectoryUse(string State, ImmutableArray<DirectoryPart> Parts)
{
    public const string Ok = "ok";
    public const string Missing = "missing";
    public const string Empty = "empty";
    public const string Unreadable = "unreadable";
    public const string Forbidden = "forbidden";
    public const string Incomplete = "incomplete";

    public const string Backend = "backend";
    public const string Wal = "wal";
    public const string Snapshots = "snapshots";
    public const string Other = "other";

    public static ImmutableArray<string> States { get; } = [Ok, Missing, Empty, Unreadable, Forbidden, Incomplete];

    public static ImmutableArray<string> PartNames { get; } = [Backend, Wal, Snapshots, Other];

    public static DirectoryUse Without(string state) => new(state, []);
}

/// <summary>Adds up the files of etcd's folders. Every call may block for as long as the disk does.</summary>
/// <param name="paths">The node's paths, as this process sees them.</param>
internal sealed class DataDirectory(HostPath paths)
{
    /// <summary>The data directory: <c>member/snap/db</c>, <c>member/snap</c>, <c>member/wal</c> and
    /// the rest.</summary>
    /// <param name="path">The node's path.</param>
    /// <param name="wal">The node's path of the WAL; where it lies outside, it is no part of the
    /// data directory.</param>
    public DirectoryUse Data(string path, string wal) => Look(path, real =>
    {
        if (Statx.Path(paths.Resolve(path + "/member"), out var member) != 0)
            return DirectoryUse.Without(Failed(DirectoryUse.Empty));
        if (!member.IsFolder)
            return DirectoryUse.Without(DirectoryUse.Empty);
        var snap = paths.Resolve(path + "/member/snap");
        var walReal = paths.Resolve(wal);
        var backend = snap + "/db";
        (string, FolderUse?)[] parts =
        [
            (DirectoryUse.Backend, FolderUse.One(backend)),
            (DirectoryUse.Snapshots, FolderUse.Sum(snap, entry => entry == backend)),
            (DirectoryUse.Other, FolderUse.Sum(real, entry => entry == snap || entry == walReal)),
        ];
        return Of(IsInside(path, wal) ? [.. parts, (DirectoryUse.Wal, FolderUse.Sum(walReal, _ => false))] : parts);
    });

    /// <summary>The folder of the WAL alone.</summary>
    public DirectoryUse Wal(string path) =>
        Look(path, real => Of([(DirectoryUse.Wal, FolderUse.Sum(real, _ => false))]));

    /// <summary>Whether the one path of the node lies below the other.</summary>
    public static bool IsInside(string folder, string path) =>
        path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private DirectoryUse Look(string path, Func<string, DirectoryUse> look)
    {
        try
        {
            var real = paths.Resolve(path);
            if (Statx.Path(real, out var folder) != 0)
                return DirectoryUse.Without(Failed(DirectoryUse.Missing));
            return !folder.IsFolder ? DirectoryUse.Without(DirectoryUse.Unreadable)
                : Directory.EnumerateFileSystemEntries(real).Any() ? look(real)
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

    // A disk that answers with an error does not say that there is nothing; nor does a node that lets nobody look.
    private static string Failed(string notThere) => Marshal.GetLastPInvokeError() switch
    {
        Statx.NoSuchFile => notThere,
        Statx.NotPermitted or Statx.NoAccess => DirectoryUse.Forbidden,
        _ => DirectoryUse.Unreadable,
    };

    private static DirectoryUse Of((string Name, FolderUse? Use)[] parts) => new(
        Array.TrueForAll(parts, part => part.Use is not null) ? DirectoryUse.Ok : DirectoryUse.Incomplete,
        [.. parts.SelectMany(
            part => part.Use is { } use ? [new DirectoryPart(part.Name, use)] : Array.Empty<DirectoryPart>())]);
}
