using System.Runtime.InteropServices;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Backups;

/// <summary>The files of a folder with backups. Every call blocks as long as the disk does.</summary>
/// <param name="State">One of <see cref="BackupFolder.States"/>.</param>
/// <param name="Count">Number of files that may be snapshots.</param>
/// <param name="Bytes">Sum of their lengths.</param>
/// <param name="Newest">The newest of them, the newest first.</param>
internal sealed record FolderListing(string State, int Count, double Bytes, ImmutableArray<BackupFile> Newest)
{
    /// <summary>Number of files that are verified. Older ones are counted only.</summary>
    public const int MaxNewest = 16;

    private const int MaxEntries = 20_000;

    // etcd-backup-restore and automated backups of OpenShift have a folder for each backup.
    private const int MaxLevels = 3;

    /// <summary>Space of its file system; <see langword="null"/> if the folder does not exist.</summary>
    public FileSystemSpace? Space { get; init; }

    /// <summary>True if there are more entries than were read.</summary>
    public bool IsCut { get; init; }

    public static FolderListing Without(string state) => new(state, 0, 0, []);

    /// <param name="paths">Resolves the node's paths for this process.</param>
    public static FolderListing Read(HostPath paths, WatchedFolder folder)
    {
        try
        {
            var real = paths.Resolve(folder.Path);
            if (Statx.Path(real, out var status) != 0)
                return Without(StateOfError(Marshal.GetLastPInvokeError()));
            if (!status.IsFolder)
                return Without(BackupFolder.Unreadable);
            var (files, isCut) = Files(real, folder);
            var newest = files.OrderByDescending(file => file.ModifiedAt)
                .ThenBy(file => file.Path, StringComparer.Ordinal).Take(MaxNewest);
            return new(files.Count > 0 ? BackupFolder.Ok : BackupFolder.Empty, files.Count,
                files.Sum(file => (double)file.Bytes), [.. newest])
            {
                Space = FileSystemSpace.Read(real),
                IsCut = isCut,
            };
        }
        catch (UnauthorizedAccessException)
        {
            return Without(BackupFolder.Forbidden);
        }
        catch (IOException)
        {
            return Without(BackupFolder.Unreadable);
        }
    }

    private static string StateOfError(int error) => error switch
    {
        Statx.NoSuchFile => BackupFolder.Missing,
        Statx.NotPermitted or Statx.NoAccess => BackupFolder.Forbidden,
        _ => BackupFolder.Unreadable,
    };

    // Links are not followed: they may lead to the same files, or out of the node's root.
    private static (List<BackupFile> Files, bool IsCut) Files(string real, WatchedFolder folder)
    {
        var files = new List<BackupFile>();
        var entriesLeft = MaxEntries;
        var pending = new Queue<(string Real, string Path, int Level)>([(real, folder.Path, 1)]);
        while (pending.TryDequeue(out var at))
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(at.Real))
            {
                if (--entriesLeft < 0)
                    return (files, true);
                var name = Path.GetFileName(entry);
                // A file that is gone since was removed as an old one.
                if (Statx.Path(entry, out var status) != 0)
                    continue;
                var path = $"{at.Path.TrimEnd('/')}/{name}";
                if (status.IsFile && BackupFile.MayBe(name, folder.HasOnlySnapshots))
                    files.Add(new(path, FileIdentity.Of(status), SnapshotCheck.NotRead));
                else if (status.IsFolder && at.Level < MaxLevels)
                    pending.Enqueue((entry, path, at.Level + 1));
            }
        }
        return (files, false);
    }
}
