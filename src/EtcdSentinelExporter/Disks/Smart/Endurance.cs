namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Share of the rated writes that a drive has used up.</summary>
/// <param name="UsedRatio">0 if new, 1 at the end of the warranty; may exceed 1.</param>
/// <param name="Source">One of <see cref="Sources"/>; some are more reliable than others.</param>
internal sealed record Endurance(double UsedRatio, string Source)
{
    private const double MaxPercent = 1000;

    // Makers whose attribute names are also right for models that smartctl does not know.
    private static readonly ImmutableArray<string> KnownMakers = ["SAMSUNG", "INTEL", "Micron", "CT"];

    // The first rule with a value wins. An id alone is ambiguous: 202 is Data_Address_Mark_Errs on an old Seagate,
    // End_of_Life on a Dell; 233 is Total_LBAs_Written on a Dell, Flash_Writes_GiB on a Kingston; 245 is used or left.
    private static readonly ImmutableArray<Rule> Rules =
    [
        new("nvme", (report, _) => report.Root.Number("nvme_smart_health_information_log", "percentage_used")),
        new("scsi", (report, _) => report.Root.Number("scsi_percentage_used_endurance_indicator")),
        // For ATA, this field is smartctl's guess, and wrong for several makers.
        new("scsi", (report, _) => report.Protocol is "SCSI"
            ? report.Root.Number("endurance_used", "current_percent")
            : null),
        new("ata_devstat", (_, logs) => logs.EndurancePercent),
        new("attr202", (report, _) => RawBeyond100(
            Named(report, 202, "Percent_Lifetime_Remain", "Percent_Lifetime_Used", "Perc_Rated_Life_Used"))),
        new("attr245", (report, _) => ValueLeft(Named(report, 245, "Percent_Life_Remaining"))),
        new("attr177", (report, _) => From(report, "Samsung")
            ? ValueLeft(Named(report, 177, "Wear_Leveling_Count"))
            : null),
        new("attr233", (report, _) => From(report, "Intel")
            ? ValueLeft(Named(report, 233, "Media_Wearout_Indicator"))
            : null),
        new("attr231", (report, _) => RawLeftOrValue(Named(report, 231, "SSD_Life_Left"))),
        new("attr169", (report, _) => RawLeft(Named(report, 169, "Remaining_Lifetime_Perc"))),
    ];

    public static ImmutableArray<string> Sources { get; } =
        [.. Rules.Select(rule => rule.Source).Distinct(StringComparer.Ordinal)];

    /// <returns>The first valid value, or <see langword="null"/>; and true if a value before it was invalid.</returns>
    public static (Endurance? Used, bool IsUndecodable) Decode(SmartReport report, DriveLogs logs)
    {
        var isUndecodable = false;
        foreach (var rule in Rules)
        {
            switch (rule.PercentUsed(report, logs))
            {
                case >= 0 and <= MaxPercent and var percent:
                    return (new(percent / 100, rule.Source), isUndecodable);
                case not null:
                    isUndecodable = true;
                    break;
            }
        }
        return (null, isUndecodable);
    }

    // For models outside smartctl's database, the name is only what most makers mean by the id.
    private static SmartAttribute? Named(SmartReport report, int id, params ReadOnlySpan<string> names) =>
        report.Root.Flag("in_smartctl_database") is not false
        || KnownMakers.Any(
            maker => report.Root.Text("model_name").StartsWith(maker, StringComparison.OrdinalIgnoreCase))
            ? report.Find(id, names)
            : null;

    private static bool From(SmartReport report, string maker) => DriveIdentity.Of(report).IsFrom(maker);

    // Micron: raw is percent used and value is percent left; only raw continues beyond 100 percent used.
    private static double? RawBeyond100(SmartAttribute? attribute) =>
        attribute is { Raw: > 100 and <= 255, Value: 0 or null } ? attribute.Raw : ValueLeft(attribute);

    private static double? ValueLeft(SmartAttribute? attribute) => 100 - attribute?.Value;

    private static double? RawLeft(SmartAttribute? attribute) => attribute?.Raw is { } raw ? 100 - (double)raw : null;

    // Phison's value stays at 100 while raw falls; SandForce leaves raw at 0 and counts in the value.
    private static double? RawLeftOrValue(SmartAttribute? attribute) =>
        attribute is { Raw: 0 or null } ? ValueLeft(attribute) : RawLeft(attribute);

    private sealed record Rule(string Source, Func<SmartReport, DriveLogs, double?> PercentUsed);
}
