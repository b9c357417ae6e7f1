namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A watched path and its role.</summary>
/// <param name="Role">One of the constants.</param>
/// <param name="Owner">Storage system, or the name from the settings; empty for other roles.</param>
/// <param name="Path">The node's path as configured, with links not yet resolved.</param>
internal sealed record DiskRole(string Role, string Owner, string Path)
{
    public const string EtcdData = "etcd_data";
    public const string EtcdWal = "etcd_wal";
    public const string Root = "root";
    public const string Kubelet = "kubelet";
    public const string Containers = "containers";
    public const string Logs = "logs";
    public const string StorageSystem = "storage_system";
    public const string Other = "other";

    /// <summary>All roles.</summary>
    public static ImmutableArray<string> All { get; } =
        [EtcdData, EtcdWal, Root, Kubelet, Containers, Logs, StorageSystem, Other];

    public bool IsEtcd => Role is EtcdData or EtcdWal;
}

/// <summary>Paths from the settings.</summary>
/// <param name="DataDir">etcd's data directory; <see langword="null"/> to discover it.</param>
/// <param name="WalDir">Folder of etcd's write-ahead log; <see langword="null"/> to discover it.</param>
/// <param name="More">Further paths and their names.</param>
internal sealed record ConfiguredRoles(
    string? DataDir, string? WalDir, ImmutableArray<(string Name, string Path)> More);
