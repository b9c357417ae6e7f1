using System.Globalization;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Findings about what a drive reports of itself as a whole: its verdict and its wear.</summary>
internal static class DriveHealthFindings
{
    /// <param name="drive">Reading of the drive.</param>
    /// <param name="name">Name of the drive in findings.</param>
    public static IEnumerable<Finding> Of(DriveReading drive, string name)
    {
        if (drive.Health is { } health && Verdict(health) is { } verdict)
            yield return new("DiskFailing", Severity.Warning, name, verdict, NextStep: DrivesFindings.Replace);
        if (drive.Endurance is { UsedRatio: >= DrivesFindings.WearWarning } worn)
            yield return OfWear(worn, name);
    }

    // One finding with the reason that says most: the verdict of the drive sums up the others.
    private static string? Verdict(DriveHealth health)
    {
        if (string.Join(", ", health.GraveWarnings) is { Length: > 0 } reasons)
            return $"The drive reports a critical warning: {reasons}.";
        if (health is { Spare: { } spare, SpareThreshold: > 0 and var threshold } && spare < threshold)
        {
            return $"{Percent(spare)} of the spare blocks are left, less than the drive's own limit of "
                + $"{Percent(threshold)}.";
        }
        if (health.WarnsOfSpare)
            return "The drive warns that few spare blocks are left.";
        if (health.Passed is false)
            return "The drive itself reports that it is failing.";
        return health.FailingNow > 0
            ? $"{health.FailingNow} prefailure attributes are below their threshold."
            : null;
    }

    private static Finding OfWear(Endurance endurance, string name)
    {
        var column = endurance.Source is "attr202"
            ? " In smartctl's table Percent_Lifetime_Remain has two columns: VALUE is percent left, "
                + "RAW_VALUE percent used."
            : "";
        var isWornOut = endurance.UsedRatio >= DrivesFindings.WornOut;
        return new(
            isWornOut ? "DiskWornOut" : "DiskWearHigh", isWornOut ? Severity.Warning : Severity.Info, name,
            Summary: $"{Percent(endurance.UsedRatio)} of the drive's rated writes are used up "
                + $"(read from {endurance.Source}).{column}",
            NextStep: isWornOut ? DrivesFindings.Replace : $"Order a replacement. {DrivesFindings.Replace}");
    }

    private static string Percent(double ratio) => ratio.ToString("0.#%", CultureInfo.InvariantCulture);
}
