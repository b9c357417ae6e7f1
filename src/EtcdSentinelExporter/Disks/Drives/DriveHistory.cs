using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>What a drive reported before; unlike its values, it does not age. Stored in smart-agent's files.</summary>
/// <param name="HadAttributes">True if a report ever had attributes.</param>
/// <param name="Rotates">True if a report ever said that the drive rotates.</param>
/// <param name="Endurance">Last known endurance.</param>
internal sealed record DriveHistory(
    bool HadAttributes = false, bool Rotates = false, Endurance? Endurance = null,
    CountHistory? Reallocated = null, CountHistory? ReportedUncorrectable = null, CountHistory? CommandTimeouts = null,
    CountHistory? Pending = null, CountHistory? OfflineUncorrectable = null, CountHistory? MediaErrors = null)
{
    public static DriveHistory None { get; } = new();

    /// <summary>Counts whose growth predicts a failure.</summary>
    public IEnumerable<(string What, CountHistory? Count)> Counts =>
    [
        ("reallocated sectors", Reallocated),
        ("uncorrectable errors reported to the host", ReportedUncorrectable),
        ("command timeouts", CommandTimeouts),
        ("pending sectors", Pending),
        ("offline uncorrectable sectors", OfflineUncorrectable),
        ("media errors", MediaErrors),
    ];

    /// <summary>Returns the same history without invalid values.</summary>
    public DriveHistory Plausible() => new(
        HadAttributes, Rotates, Endurance is { UsedRatio: >= 0 and <= Endurance.MaxRatio } ? Endurance : null,
        Reallocated?.OrNull(), ReportedUncorrectable?.OrNull(), CommandTimeouts?.OrNull(),
        Pending?.OrNull(), OfflineUncorrectable?.OrNull(), MediaErrors?.OrNull());

    public DriveHistory With(SmartReport report, DriveHealth health, DateTimeOffset at) => new(
        HadAttributes || !report.Attributes.IsEmpty,
        Rotates || report.Root.Number("rotation_rate") > 0,
        health.Endurance ?? Endurance,
        CountHistory.Next(Reallocated, health.Reallocated, at),
        CountHistory.Next(ReportedUncorrectable, health.ReportedUncorrectable, at),
        CountHistory.Next(CommandTimeouts, health.CommandTimeouts?.Total, at),
        CountHistory.Next(Pending, health.Pending, at),
        CountHistory.Next(OfflineUncorrectable, health.OfflineUncorrectable, at),
        CountHistory.Next(MediaErrors, health.MediaErrors, at));
}

/// <summary>Growth of a count. A count that stays the same proves nothing, however high it is.</summary>
/// <param name="First">Value before the first increase.</param>
/// <param name="Highest">Highest value since.</param>
/// <param name="ChangedAt">Unix seconds of the first increase; <see langword="null"/> without one.</param>
internal sealed record CountHistory(double First, double Highest, double? ChangedAt = null)
{
    private const double LastSecond = 253_402_300_799; // of the year 9999

    public static CountHistory? Next(CountHistory? before, double? now, DateTimeOffset at) => (before, now) switch
    {
        (_, null) => before,
        (null, { } first) => new(first, first),
        ({ } was, { } count) when count > was.Highest =>
            was with { Highest = count, ChangedAt = was.ChangedAt ?? at.ToUnixTimeSeconds() },
        ({ ChangedAt: null }, { } lower) => new(lower, lower),
        _ => before,
    };

    /// <returns><see langword="null"/> if a value is invalid.</returns>
    public CountHistory? OrNull() =>
        First >= 0 && Highest >= First && double.IsFinite(Highest) && ChangedAt is null or (>= 0 and <= LastSecond)
            ? this
            : null;
}
