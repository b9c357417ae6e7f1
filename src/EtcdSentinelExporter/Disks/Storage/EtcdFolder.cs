using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>A folder that etcd writes to.</summary>
/// <param name="Of">Role and path: etcd's data or write-ahead log.</param>
/// <param name="Space">Space of its file system; <see langword="null"/> if the folder is missing, and while its disk
/// does not respond.</param>
/// <param name="IsReadOnly">True if the file system is read-only for everybody, or its mount on the node is; <see
/// langword="null"/> if unknown.</param>
/// <param name="Use">Its contents. A write-ahead log inside the data directory has no parts here: they are counted
/// there.</param>
internal sealed record EtcdFolder(DiskRole Of, FileSystemSpace? Space, bool? IsReadOnly, DirectoryUse Use)
{
    /// <summary>Errors that its file system counted.</summary>
    public FileSystemErrors Errors { get; init; } = FileSystemErrors.None;

    /// <summary>True if etcd's files were in it before. False for a member that is being added: its folder is still
    /// empty.</summary>
    public bool HadData { get; init; }

    /// <summary>True if the files that were in it are gone.</summary>
    public bool IsGone => HadData && Use.State is (DirectoryUse.Missing or DirectoryUse.Empty);
}
