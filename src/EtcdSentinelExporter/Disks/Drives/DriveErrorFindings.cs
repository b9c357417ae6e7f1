using System.Globalization;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Findings about the errors that a drive counts, and about its temperature.</summary>
internal static class DriveErrorFindings
{
    private const string ReadLogsFirst =
        "Read smartctl -l error -l selftest -l devstat first; "
        + "run a long self-test only after leadership was moved away: it slows the disk down.";

    /// <param name="drive">Reading of the drive.</param>
    /// <param name="name">Name of the drive in findings.</param>
    public static IEnumerable<Finding> Of(DriveReading drive, string name) => drive.Health is not { } health ? []
        : OfTimeouts(drive, health, name).Concat(OfMedium(health, name)).Concat(OfTemperature(health, name));

    // As the alert of the same name: any timeout, but only of a disk under etcd.
    private static IEnumerable<Finding> OfTimeouts(DriveReading drive, DriveHealth health, string name)
    {
        if (drive.CarriesEtcd && health.CommandTimeouts is { Total: > 0 and var timeouts })
        {
            yield return new("DiskCommandTimeoutHistory", Severity.Info, name,
                Summary: $"The drive carries etcd, and {timeouts} commands timed out{Hours(health)}.",
                NextStep: "Healthy drives may have some. With wear or slow flushes of etcd they show which drive fails "
                    + $"next. {ReadLogsFirst}");
        }
    }

    private static IEnumerable<Finding> OfMedium(DriveHealth health, string name)
    {
        foreach (var (count, what) in MediaErrors(health).Where(item => item.Count > 0))
        {
            yield return new("DiskMediaErrors", Severity.Info, name,
                Summary: $"Over the lifetime of the drive: {Number(count)} {what}.",
                NextStep: $"Act only if the number grows. {ReadLogsFirst}");
        }
        if (health.Pending > 0)
        {
            yield return new("DiskPendingSectors", Severity.Warning, name,
                Summary: $"{Number(health.Pending.Value)} sectors cannot be read at present.",
                NextStep: $"{ReadLogsFirst} {DrivesFindings.Replace}");
        }
    }

    private static IEnumerable<Finding> OfTemperature(DriveHealth health, string name)
    {
        if (health.Temperature >= health.TemperatureLimit || health.WarnsOfTemperature)
        {
            yield return new("DiskHot", Severity.Warning, name,
                Summary: health is { Temperature: { } hot, TemperatureLimit: { } limit } && hot >= limit
                    ? $"The drive is at {Number(hot)} °C; its own limit is {Number(limit)} °C."
                    : "The drive warns that its temperature is out of range.",
                NextStep: "Check fans and air flow.");
        }
    }

    // Lifetime totals: one poll cannot show if they grow.
    private static IEnumerable<(double? Count, string What)> MediaErrors(DriveHealth health) =>
    [
        (health.MediaErrors, "uncorrected media errors"),
        (health.ReportedUncorrectable, "uncorrectable errors reported to the host"),
        (health.GrownDefects, "grown defects"),
    ];

    private static string Hours(DriveHealth health) =>
        health.PowerOn is { } time ? $" in {Number(Math.Floor(time.TotalHours))} h of running" : "";

    private static string Number(double? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "";
}
