using System.Collections.Immutable;

namespace EtcdSentinelExporter.Polling.Self;

/// <summary>What the exporter itself uses. What the kernel does not show is <see langword="null"/>.</summary>
internal sealed record ProcessReading
{
    public required Build Build { get; init; }

    /// <summary>Processor time of all threads since the start, in user and kernel mode.</summary>
    public TimeSpan? CpuTime { get; init; }

    public long? ResidentBytes { get; init; }

    public long? VirtualBytes { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public int? OpenFiles { get; init; }

    /// <summary>Soft limit on open files; infinite when there is none.</summary>
    public double? MaxOpenFiles { get; init; }

    /// <summary>Log lines that were not written since the start.</summary>
    public required long DroppedLogLines { get; init; }

    public required long ManagedBytes { get; init; }

    /// <summary>Garbage collections since the start, by generation. One of an older generation counts in the younger
    /// ones too.</summary>
    public required ImmutableArray<int> Collections { get; init; }
}
