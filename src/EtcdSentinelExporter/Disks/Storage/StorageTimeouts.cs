namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Timeouts of the storage collector that no setting changes.</summary>
internal sealed record StorageTimeouts
{
    /// <summary>Timeout for one folder of etcd. Two in sequence must fit into a poll.</summary>
    public TimeSpan EtcdFolder { get; init; } = TimeSpan.FromSeconds(1);
}
