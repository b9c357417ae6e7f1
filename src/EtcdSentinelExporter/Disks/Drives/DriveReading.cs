using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>One drive: what is known of it, how it came to be known, and when it is asked again.</summary>
internal sealed record DriveReading(Drive Drive)
{
    /// <summary>Of the latest attempt: one of <see cref="ReadState.All"/>.</summary>
    public string State { get; init; } = ReadState.Waiting;

    /// <summary>One line about <see cref="State"/> for people; may be empty.</summary>
    public string Message { get; init; } = "";

    public DateTimeOffset? LastAttempt { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>How long smartctl took the last time that it was run.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>smartctl's bits; <see langword="null"/> where it did not end by itself.</summary>
    public int? ExitStatus { get; init; }

    /// <summary>Who the drive said it was. Kept while it is silent: identity does not age.</summary>
    public DriveIdentity? Identity { get; init; }

    /// <summary>Withdrawn when it is older than three periods.</summary>
    public DriveHealth? Health { get; init; }

    /// <summary>The report behind <see cref="Health"/>.</summary>
    public SmartReport? Report { get; init; }

    /// <summary>The last report that had logs, withdrawn when it is older than three of their periods.</summary>
    public SmartReport? LogsReport { get; init; }

    public DateTimeOffset? LogsAt { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset LogsDueAt { get; init; }

    /// <summary>Runs in a row that ended in <see cref="ReadState.Timeout"/> or <see cref="ReadState.Hung"/>.</summary>
    public int TimeoutsInARow { get; init; }

    public int DeferralsInARow { get; init; }

    /// <summary>Readings that were put off because the node waited for its disks already.</summary>
    public long Deferrals { get; init; }

    /// <summary>Attempts by their <see cref="State"/>.</summary>
    public ImmutableSortedDictionary<string, long> Reads { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>How often another drive answered under the same name.</summary>
    public long IdentityChanges { get; init; }

    /// <summary>Whether the control plane stood on it when it was asked last.</summary>
    public bool CarriesRole { get; init; }

    /// <summary>The kernel's count of requests when it was asked last.</summary>
    public long? Requests { get; init; }

    /// <summary>The label of the drive that this is too, seen another way; <see langword="null"/> when it is the only
    /// one, or the first.</summary>
    public string? SameAs { get; init; }

    /// <summary>In how many ways the drive is seen.</summary>
    public int Paths { get; init; } = 1;

    /// <summary>The same with all times earlier.</summary>
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

        // What was due always still is.
        DateTimeOffset Of(DateTimeOffset time) => time - DateTimeOffset.MinValue > by ? time - by : time;
    }
}
