using System.Runtime.InteropServices;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>The files of one folder and of those in it, added up.</summary>
/// <param name="Files">Regular ones only.</param>
/// <param name="Bytes">Their lengths: what the files say.</param>
/// <param name="AllocatedBytes">What the disk gave for them: less where a file has holes, more where room was set
/// aside.</param>
internal readonly record struct FolderUse(int Files, double Bytes, double AllocatedBytes)
{
    // etcd's own folders hold some dozens; what else lies there may be somebody's backups.
    public const int MaxEntries = 20_000;
    public const int MaxLevels = 16;

    /// <summary>Links are not followed, and what is mounted inside is not entered.</summary>
    /// <param name="real">The folder, its own links followed.</param>
    /// <param name="skips">Paths that do not count, with all that is in them.</param>
    /// <returns><see langword="null"/> where there is no such folder, some of it may not be looked at, or it has more
    /// than <see cref="MaxEntries"/> entries or <see cref="MaxLevels"/> levels.</returns>
    public static FolderUse? Sum(string real, Predicate<string> skips)
    {
        if (Statx.Path(real, out var folder) != 0 || !folder.IsFolder)
            return null;
        try
        {
            return Sum(real, folder.Device, skips);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>One file as a sum.</summary>
    /// <returns><see langword="null"/> where there is no regular file.</returns>
    public static FolderUse? One(string real) =>
        Statx.Path(real, out var file) == 0 && file.IsFile ? default(FolderUse).Plus(file) : null;

    private static FolderUse? Sum(string real, ulong device, Predicate<string> skips)
    {
        var sum = default(FolderUse);
        var left = MaxEntries;
        var ahead = new Stack<(string Folder, int Level)>([(real, 1)]);
        while (ahead.TryPop(out var at))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(at.Folder))
            {
                if (--left < 0)
                    return null;
                if (skips(path) || Look(path) is not { } entry)
                    continue;
                if (entry.IsFile)
                {
                    sum = sum.Plus(entry);
                }
                else if (entry.IsFolder && entry.Device == device)
                {
                    ahead.Push((path, at.Level < MaxLevels
                        ? at.Level + 1
                        : throw new IOException($"{path} is too deep")));
                }
            }
        }
        return sum;
    }

    /// <returns><see langword="null"/> where it is gone: etcd deletes files while they are listed.</returns>
    private static FileStatus? Look(string path) =>
        Statx.Path(path, out var entry) == 0 ? entry
        : Marshal.GetLastPInvokeError() == Statx.NoSuchFile ? null
        : throw new IOException($"{path} may not be looked at");

    private FolderUse Plus(FileStatus file) =>
        new(Files + 1, Bytes + file.Size, AllocatedBytes + file.AllocatedBytes);
}
