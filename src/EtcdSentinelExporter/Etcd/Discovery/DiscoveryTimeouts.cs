namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Timeouts of discovery that no setting changes.</summary>
internal sealed record DiscoveryTimeouts
{
    /// <summary>Timeout of reading etcd's configuration. The files are small and mostly in the page cache. A longer
    /// wait means a dying disk, and time must be left to poll etcd.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(1);
}
