using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>A folder that etcd writes to.</summary>
/// <param name="Of">Its role is etcd's data or its write-ahead log.</param>
/// <param name="Space">Of its file system; <see langword="null"/> where there is no such folder, and while its disk
/// does not answer.</param>
/// <param name="IsReadOnly">Whether the file system takes no writes, for anybody; <see langword="null"/> where that is
/// not known.</param>
/// <param name="Use">What lies in it. No parts for a write-ahead log inside the data directory: they are told
/// there.</param>
internal sealed record EtcdFolder(DiskRole Of, FileSystemSpace? Space, bool? IsReadOnly, DirectoryUse Use)
{
    /// <summary>Whether something of etcd was in it before: that of a member which is being added is still
    /// empty.</summary>
    public bool HadData { get; init; }

    /// <summary>Whether what was in it is not there any more.</summary>
    public bool IsGone => HadData && Use.State is (DirectoryUse.Missing or DirectoryUse.Empty);
}
