namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Timeouts of the storage collector that no setting changes.</summary>
internal sealed record StorageTimeouts
{
    /// <summary>For one folder of etcd. Two of them, one after the other, must fit into a poll.</summary>
    public TimeSpan EtcdFolder { get; init; } = TimeSpan.FromSeconds(1);
}
