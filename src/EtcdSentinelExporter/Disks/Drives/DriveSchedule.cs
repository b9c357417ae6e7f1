using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Schedules the reads of drives.</summary>
/// <param name="Every">Time from one read of a drive to the next.</param>
/// <param name="Node">Node name; spreads the first reads of several nodes over time.</param>
internal sealed record DriveSchedule(TimeSpan Every, string Node)
{
    /// <summary>False if drives are read at the first poll.</summary>
    public bool SpreadsFirstReads { get; init; } = true;

    /// <summary>Number of periods after which a value is withdrawn.</summary>
    public const int FreshPeriods = 3;

    /// <summary>Maximum number of deferrals in a row.</summary>
    public const int MaxDeferrals = 3;

    // The first read follows within a minute, so that a new exporter has values early.
    private static readonly TimeSpan MaxFirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LogsEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(1);

    public TimeSpan FreshFor => Every * FreshPeriods;

    public TimeSpan LogsFreshFor => (Every > LogsEvery ? Every : LogsEvery) * FreshPeriods;

    /// <summary>Returns the state of a drive that was never read.</summary>
    public DriveReading New(Drive drive, DateTimeOffset now) => new(drive)
    {
        DueAt = SpreadsFirstReads ? now + FirstWait(drive.Device) : now,
        LogsDueAt = now,
    };

    /// <summary>Returns the state of a drive that is listed, from its state at the previous poll.</summary>
    public DriveReading Next(DriveReading? before, Drive drive, DateTimeOffset now)
    {
        if (before is null)
            return New(drive, now);
        // Another serial under the same name is another drive, so the old values are dropped. Without a serial, diskseq
        // decides; a drive that was only reconnected keeps its serial.
        return before.Drive.Serial == drive.Serial && (drive.Serial.Length > 0 || !drive.IsNewSince(before.Drive))
            ? before with { Drive = drive }
            : new(drive)
            {
                DueAt = now,
                LogsDueAt = now,
                Reads = before.Reads,
                IdentityChanges = before.IdentityChanges + 1,
            };
    }

    public DriveReading Deferred(DriveReading drive, DateTimeOffset now) => drive with
    {
        DueAt = now + (Every / 4),
        DeferralsInARow = drive.DeferralsInARow + 1,
        Deferrals = drive.Deferrals + 1,
    };

    /// <summary>Time of the next read; later after timeouts, and for further paths of the same drive.</summary>
    /// <remarks>Counted from when the read was due: a drive that waited a little for its turn keeps its
    /// period.</remarks>
    public DateTimeOffset DueAfter(DriveReading drive, DateTimeOffset now) =>
        drive.State is ReadState.Hung ? now
        : drive.TimeoutsInARow > 0
            ? now + new[] { Every * Math.Pow(2, Math.Min(drive.TimeoutsInARow, 20)), MaxBackoff }.Min()
        : drive.SameAs is not null ? now + LogsEvery
        : now - drive.DueAt < Every / 2 ? drive.DueAt + Every
        : now + Every;

    public static DateTimeOffset LogsDueAfter(DateTimeOffset now) => now + LogsEvery;

    /// <summary>Withdraws values that are too old.</summary>
    public DriveReading Aged(DriveReading drive, DateTimeOffset now)
    {
        var isFresh = drive.SameAs is not null || now - drive.LastSuccess <= FreshFor;
        var logsAreFresh = now - drive.LogsAt <= LogsFreshFor;
        return drive with
        {
            Health = isFresh ? drive.Health : null,
            Report = isFresh ? drive.Report : null,
            LogsReport = logsAreFresh ? drive.LogsReport : null,
        };
    }

    // FNV-1a: the same delay at each start, another one on each node.
    private TimeSpan FirstWait(string device)
    {
        var hash = 2166136261u;
        foreach (var c in $"{Node}/{device}")
            hash = (hash ^ c) * 16777619u;
        return new[] { Every, MaxFirstWait }.Min() * (hash % 1000 / 1000.0);
    }
}
