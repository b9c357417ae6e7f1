using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>State of one drive: latest values, how the last attempt ended, and when the next read is due.</summary>
internal sealed record DriveReading(Drive Drive)
{
    /// <summary>State of the latest attempt: one of <see cref="ReadState.All"/>.</summary>
    public string State { get; init; } = ReadState.Waiting;

    /// <summary>One human-readable line about <see cref="State"/>; may be empty.</summary>
    public string Message { get; init; } = "";

    public DateTimeOffset? LastAttempt { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Duration of the last run of smartctl.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>smartctl's exit status bits; <see langword="null"/> if it did not exit by itself.</summary>
    public int? ExitStatus { get; init; }

    /// <summary>Last identity that the drive reported. Kept while reads fail: identity does not age.</summary>
    public DriveIdentity? Identity { get; init; }

    /// <summary>Latest health; withdrawn when older than three periods.</summary>
    public DriveHealth? Health { get; init; }

    /// <summary>Endurance from <see cref="Health"/>, or for an eMMC from the kernel.</summary>
    public Endurance? Endurance =>
        Health?.Endurance ?? (Drive.Disk?.LifeUsed is { } used ? new(used, "emmc") : null);

    /// <summary>The report behind <see cref="Health"/>.</summary>
    public SmartReport? Report { get; init; }

    /// <summary>Last report with logs; withdrawn when older than three periods of the logs.</summary>
    public SmartReport? LogsReport { get; init; }

    public DriveHistory History { get; init; } = DriveHistory.None;

    /// <summary>True for a spinning disk; <see langword="null"/> if unknown. Behind a controller, only the drive's own
    /// report says it.</summary>
    public bool? IsRotational => Drive.IsRotational ?? (History.Rotates ? true : null);

    public DateTimeOffset? LogsAt { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset LogsDueAt { get; init; }

    /// <summary>Runs in a row that ended in <see cref="ReadState.Timeout"/> or <see cref="ReadState.Hung"/>.</summary>
    public int TimeoutsInARow { get; init; }

    public int DeferralsInARow { get; init; }

    /// <summary>Number of reads deferred because the node was already waiting for its disks.</summary>
    public long Deferrals { get; init; }

    /// <summary>Number of attempts by <see cref="State"/>.</summary>
    public ImmutableSortedDictionary<string, long> Reads { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>How often another drive was found under the same name.</summary>
    public long IdentityChanges { get; init; }

    /// <summary>True if the drive carried a role at the last read.</summary>
    public bool CarriesRole { get; init; }

    /// <summary>True if that role is etcd's data or write-ahead log.</summary>
    public bool CarriesEtcd { get; init; }

    /// <summary>The kernel's count of requests at the last read.</summary>
    public long? Requests { get; init; }

    /// <summary>Label of the first entry of the same drive, if it is listed on several paths; <see langword="null"/>
    /// for the first or only entry.</summary>
    public string? SameAs { get; init; }

    /// <summary>Number of paths to the drive.</summary>
    public int Paths { get; init; } = 1;

    /// <summary>Returns the same state with all times moved back.</summary>
    public DriveReading Earlier(TimeSpan by)
    {
        return this with
        {
            LastAttempt = LastAttempt is { } attempt ? Of(attempt) : null,
            LastSuccess = LastSuccess is { } success ? Of(success) : null,
            LogsAt = LogsAt is { } logs ? Of(logs) : null,
            DueAt = Of(DueAt),
            LogsDueAt = Of(LogsDueAt),
        };

        // A time near the minimum, which means always due, stays.
        DateTimeOffset Of(DateTimeOffset time) => time - DateTimeOffset.MinValue > by ? time - by : time;
    }
}
