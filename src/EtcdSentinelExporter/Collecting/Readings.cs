namespace EtcdSentinelExporter.Collecting;

/// <summary>The latest readings by type: what judgement across collectors, <c>check</c> and the status page look
/// at.</summary>
internal readonly struct Readings(IEnumerable<Snapshot> snapshots)
{
    /// <summary>The reading, or <see langword="null"/> when its collector is off, has not finished a poll, or sees
    /// nothing.</summary>
    public TReading? Get<TReading>() where TReading : class =>
        snapshots.OfType<Snapshot<TReading>>().FirstOrDefault()?.Reading;
}
