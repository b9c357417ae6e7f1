using System.Runtime.InteropServices;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Sum over the files of a folder and its subfolders.</summary>
/// <param name="Files">Number of regular files.</param>
/// <param name="Bytes">Sum of their lengths.</param>
/// <param name="AllocatedBytes">Disk space allocated for them: less if a file has holes, more if space is
/// preallocated.</param>
internal readonly record struct FolderUse(int Files, double Bytes, double AllocatedBytes)
{
    /// <summary>Time of the last change of a file's contents; <see langword="null"/> without files.</summary>
    public DateTimeOffset? LastWrite { get; init; }

    // etcd's own folders hold some dozens of files; others there may be backups.
    public const int MaxEntries = 20_000;
    public const int MaxLevels = 16;

    /// <summary>Adds up the files below a folder. Links are not followed, and other mounts are not entered.</summary>
    /// <param name="real">Folder with links resolved.</param>
    /// <param name="skips">True for paths to skip, with their contents.</param>
    /// <param name="counted">Files with several names that are counted already; those found are added.</param>
    /// <returns><see langword="null"/> if the folder does not exist, a part cannot be read, or it has more than <see
    /// cref="MaxEntries"/> entries or <see cref="MaxLevels"/> levels.</returns>
    public static FolderUse? Sum(string real, Predicate<string> skips, HashSet<(ulong Device, ulong Inode)> counted)
    {
        if (Statx.Path(real, out var folder) != 0 || !folder.IsFolder)
            return null;
        try
        {
            return Sum(real, folder.Device, skips, counted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns the sum of one file.</summary>
    /// <returns><see langword="null"/> if it is not a regular file.</returns>
    /// <inheritdoc cref="Sum(string, Predicate{string}, HashSet{ValueTuple{ulong, ulong}})"/>
    public static FolderUse? One(string real, HashSet<(ulong Device, ulong Inode)> counted) =>
        Statx.Path(real, out var file) == 0 && file.IsFile ? default(FolderUse).Plus(file, counted) : null;

    private static FolderUse? Sum(
        string real, ulong device, Predicate<string> skips, HashSet<(ulong Device, ulong Inode)> counted)
    {
        var sum = default(FolderUse);
        var entriesLeft = MaxEntries;
        var pending = new Stack<(string Folder, int Level)>([(real, 1)]);
        while (pending.TryPop(out var at))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(at.Folder))
            {
                if (--entriesLeft < 0)
                    return null;
                if (skips(path) || Status(path) is not { } entry)
                    continue;
                if (entry.IsFile)
                {
                    sum = sum.Plus(entry, counted);
                }
                else if (entry.IsFolder && entry.Device == device)
                {
                    pending.Push((path, at.Level < MaxLevels
                        ? at.Level + 1
                        : throw new IOException($"{path} is nested too deep")));
                }
            }
        }
        return sum;
    }

    /// <returns><see langword="null"/> if it is gone: etcd deletes files while they are listed.</returns>
    private static FileStatus? Status(string path) =>
        Statx.Path(path, out var entry) == 0 ? entry
        : Marshal.GetLastPInvokeError() == Statx.NoSuchFile ? null
        : throw new IOException($"cannot stat {path}");

    // Like du, counts a file with several names once.
    private FolderUse Plus(FileStatus file, HashSet<(ulong Device, ulong Inode)> counted) =>
        file.Links > 1 && !counted.Add((file.Device, file.Inode)) ? this
            : new(Files + 1, Bytes + file.Size, AllocatedBytes + file.AllocatedBytes)
            {
                LastWrite = LastWrite > file.ModifiedAt ? LastWrite : file.ModifiedAt,
            };
}
