namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Timeouts of discovery that no setting changes.</summary>
internal sealed record DiscoveryTimeouts
{
    /// <summary>To read how etcd was started. These are small files, mostly in the page cache: a longer wait means a
    /// dying disk, and etcd must still be asked.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(1);
}
