namespace EtcdSentinelExporter.Polling;

/// <summary>The latest readings by type, for code that needs those of several collectors.</summary>
internal readonly struct Readings(IEnumerable<Snapshot> snapshots)
{
    /// <summary>The reading, or <see langword="null"/> if its collector is disabled, has not finished a poll, or
    /// fails.</summary>
    public TReading? Get<TReading>() where TReading : class =>
        snapshots.OfType<Snapshot<TReading>>().FirstOrDefault()?.Reading;
}
