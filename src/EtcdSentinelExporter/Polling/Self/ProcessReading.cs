namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Resource usage of the exporter. Values that cannot be read are <see langword="null"/>.</summary>
internal sealed record ProcessReading
{
    public required Build Build { get; init; }

    /// <summary>Processor time of all threads since the start, in user and kernel mode.</summary>
    public TimeSpan? CpuTime { get; init; }

    public long? ResidentBytes { get; init; }

    public long? VirtualBytes { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public int? OpenFiles { get; init; }

    /// <summary>Soft limit on open files; infinite if there is none.</summary>
    public double? MaxOpenFiles { get; init; }

    /// <summary>Log lines dropped since the start.</summary>
    public required long DroppedLogLines { get; init; }

    public required long ManagedBytes { get; init; }

    /// <summary>Garbage collections since the start, by generation. A collection of an older generation also counts in
    /// the younger ones.</summary>
    public required ImmutableArray<int> Collections { get; init; }
}
