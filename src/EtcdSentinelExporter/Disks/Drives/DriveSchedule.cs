using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>When a drive is asked, and what.</summary>
/// <param name="Every">From one reading of a drive to the next.</param>
/// <param name="Node">Spreads the same drive on several nodes over time.</param>
internal sealed record DriveSchedule(TimeSpan Every, string Node)
{
    /// <summary>Periods after which a value is withdrawn.</summary>
    public const int FreshPeriods = 3;

    /// <summary>How often in a row a reading is put off.</summary>
    public const int MaxDeferrals = 3;

    // A first look within the minute, so that a new exporter is not blind for a whole period.
    private static readonly TimeSpan MaxFirstWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LogsEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(1);

    public TimeSpan FreshFor => Every * FreshPeriods;

    public TimeSpan LogsFreshFor => (Every > LogsEvery ? Every : LogsEvery) * FreshPeriods;

    /// <summary>A drive that was never asked.</summary>
    public DriveReading New(Drive drive, DateTimeOffset now) => new(drive)
    {
        DueAt = now + FirstWait(drive.Device),
        LogsDueAt = now,
    };

    public DriveReading Deferred(DriveReading drive, DateTimeOffset now) => drive with
    {
        DueAt = now + (Every / 4),
        DeferralsInARow = drive.DeferralsInARow + 1,
        Deferrals = drive.Deferrals + 1,
    };

    /// <summary>The next turn: later for a drive that hangs, and for one that is seen another way too.</summary>
    public DateTimeOffset DueAfter(DriveReading drive, DateTimeOffset now) =>
        drive.State is ReadState.Hung ? now
        : drive.TimeoutsInARow > 0
            ? now + Shorter(Every * Math.Pow(2, Math.Min(drive.TimeoutsInARow, 20)), MaxBackoff)
        : drive.SameAs is not null ? now + LogsEvery
        : now + Every;

    public static DateTimeOffset LogsDueAfter(DateTimeOffset now) => now + LogsEvery;

    /// <summary>Takes back what is too old to be shown.</summary>
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

    // FNV-1a: the same wait at each start, and another one on each node.
    private TimeSpan FirstWait(string device)
    {
        var hash = 2166136261u;
        foreach (var c in $"{Node}/{device}")
            hash = (hash ^ c) * 16777619u;
        return Shorter(Every, MaxFirstWait) * (hash % 1000 / 1000.0);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
