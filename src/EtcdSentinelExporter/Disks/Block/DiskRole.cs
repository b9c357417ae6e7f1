using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A path that matters, and for what.</summary>
/// <param name="Role">One of the constants.</param>
/// <param name="Owner">Which storage system, or the name that the settings give; else empty.</param>
/// <param name="Path">The node's path, as configured: links on it are not followed yet.</param>
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

    /// <summary>Every role there is.</summary>
    public static ImmutableArray<string> All { get; } =
        [EtcdData, EtcdWal, Root, Kubelet, Containers, Logs, StorageSystem, Other];

    public bool IsEtcd => Role is EtcdData or EtcdWal;
}

/// <summary>What the settings say about paths.</summary>
/// <param name="DataDir">etcd's data directory; discovered where absent.</param>
/// <param name="WalDir">The folder of its write-ahead log; discovered where absent.</param>
/// <param name="More">Further paths with their names.</param>
internal sealed record ConfiguredRoles(string? DataDir, string? WalDir, ImmutableArray<(string Name, string Path)> More);
