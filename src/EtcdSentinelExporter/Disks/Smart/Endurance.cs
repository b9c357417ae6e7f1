using System.Text.Json.Serialization;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Share of the rated writes that a drive has used up.</summary>
/// <param name="UsedRatio">0 if new, 1 at the end of the warranty; may exceed 1.</param>
/// <param name="Source">Field that it was read from; some are more reliable than others.</param>
internal sealed record Endurance(
    [property: JsonRequired] double UsedRatio, [property: JsonRequired] string Source)
{
    /// <summary>Maximum of a value that counts as valid.</summary>
    public const double MaxRatio = 10;

    private const double MaxPercent = MaxRatio * 100;

    // Its raw value may fall to 0, which other drives report when new.
    private const string LifeLeft = "attr231";

    private static readonly ImmutableArray<(string Source, Func<SmartReport, DriveLogs, double?> PercentUsed)> Fields =
    [
        ("nvme", (report, _) => report.Root.Number("nvme_smart_health_information_log", "percentage_used")),
        ("scsi", (report, _) => report.Root.Number("scsi_percentage_used_endurance_indicator")),
        ("scsi", (report, _) => report.Protocol is "SCSI" ? OfSmartctl(report) : null),
        ("ata_devstat", (_, logs) => logs.EndurancePercent),
    ];

    /// <param name="before">Earlier value of the same drive, or <see langword="null"/>. Life left never rises.</param>
    /// <returns>The first valid value, or <see langword="null"/>; and true if a value before it was invalid.</returns>
    public static (Endurance? Used, bool IsUndecodable) Decode(
        SmartReport report, DriveLogs logs, Endurance? before = null)
    {
        var isUndecodable = false;
        foreach (var (source, percent) in Percents(report, logs))
        {
            if (percent is >= 0 and <= MaxPercent)
                return (AtLeast(before, new(percent.Value / 100, source)), isUndecodable);
            // Ambiguous now, but not before.
            if (percent is null && before?.Source == source)
                return (before, isUndecodable);
            isUndecodable = true;
        }
        // smartctl guesses this from the attributes, so it is not used if these are invalid.
        return report.Protocol is "ATA" && !isUndecodable && report.Root.Flag("in_smartctl_database") is not false
            && OfSmartctl(report) is >= 0 and <= MaxPercent and var guess
            ? (new(guess / 100, "smartctl"), false)
            : (null, isUndecodable);
    }

    /// <summary>Returns all fields of the report, valid or not; <see langword="null"/> is an ambiguous
    /// attribute.</summary>
    private static IEnumerable<(string Source, double? Percent)> Percents(SmartReport report, DriveLogs logs)
    {
        foreach (var (source, field) in Fields)
        {
            if (field(report, logs) is { } percent)
                yield return (source, percent);
        }
        var identity = report.Identity;
        foreach (var row in WearAttribute.All)
        {
            if (row.In(report, identity) is { } attribute && attribute is not { Value: null, Raw: null })
                yield return (row.Source, row.Encoding.PercentUsed(attribute, identity));
        }
    }

    private static Endurance AtLeast(Endurance? before, Endurance now) =>
        now.Source is LifeLeft && before is { Source: LifeLeft } && before.UsedRatio > now.UsedRatio ? before : now;

    private static double? OfSmartctl(SmartReport report) => report.Root.Number("endurance_used", "current_percent");
}
