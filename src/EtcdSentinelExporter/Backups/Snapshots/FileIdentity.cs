using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Backups.Snapshots;

/// <summary>A version of a file: while it is the same, the content is taken to be the same.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, ulong Bytes, DateTimeOffset ModifiedAt)
{
    public static FileIdentity Of(FileStatus status) =>
        new(status.Device, status.Inode, status.Size, status.ModifiedAt);
}
