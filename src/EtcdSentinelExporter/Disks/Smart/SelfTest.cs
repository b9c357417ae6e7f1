using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A completed self-test, passed or failed. Aborted tests are left out: they prove nothing.</summary>
/// <param name="Kind">short, extended or other.</param>
/// <param name="AtHours">Power-on hours at its end; <see langword="null"/> if the drive does not report them.</param>
/// <param name="Wraps">True if these hours wrap after 16 bits, as for ATA. NVMe has 64 bits; SCSI stops at the
/// maximum.</param>
internal sealed record SelfTest(string Kind, bool Passed, double? AtHours, bool Wraps = false)
{
    private const int MaxScsiEntries = 20;

    // Maximum value of the field: this many hours or more.
    private const double MaxScsiHours = 65_535;

    private static readonly string[] AtaLogs = ["extended", "standard"];

    private const double Wrap = 65_536;

    /// <summary>Returns all completed self-tests, newest first.</summary>
    public static ImmutableArray<SelfTest> All(SmartReport report) =>
        [.. Ata(report.Root).Concat(Nvme(report.Root)).Concat(Scsi(report.Root))];

    /// <summary>Returns the latest test of each kind, and how long the drive has been running since.</summary>
    /// <remarks>ATA's hours wrap every 7.5 years of running. Each test is older than the one before it in the list, so
    /// as many wraps are added as keep it older.</remarks>
    /// <param name="newestFirst">Tests in the order of the drive.</param>
    /// <param name="powerOn">How long the drive has been running; <see langword="null"/> leaves all ages
    /// unknown.</param>
    public static ImmutableArray<(SelfTest Test, TimeSpan? Age)> Latest(
        ImmutableArray<SelfTest> newestFirst, TimeSpan? powerOn)
    {
        var latest = new Dictionary<string, (SelfTest, TimeSpan?)>(StringComparer.Ordinal);
        var above = powerOn?.TotalHours;
        foreach (var test in newestFirst)
        {
            var at = Unwrapped(test, above);
            above = at ?? above;
            var age = at is null || powerOn is null ? (TimeSpan?)null : powerOn - TimeSpan.FromHours(at.Value);
            latest.TryAdd(test.Kind, (test, age < TimeSpan.Zero ? TimeSpan.Zero : age));
        }
        return [.. latest.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)];
    }

    // Hours are truncated, so a test that has just ended may be an hour ahead.
    private static double? Unwrapped(SelfTest test, double? above) =>
        test.AtHours is not { } at || above is not { } limit || at > limit + 1 ? null
        : test.Wraps ? at + (Math.Floor(Math.Max(0, limit - at) / Wrap) * Wrap)
        : at;

    private static IEnumerable<SelfTest> Ata(JsonElement root) =>
        from log in AtaLogs.Where(log => root.Has("ata_smart_self_test_log", log)).Take(1)
        from row in root.Items("ata_smart_self_test_log", log, "table")
        let result = (int)(row.Number("status", "value") ?? 0xFF) >> 4
        // 1 and 2 are aborted, 15 is running: https://www.t13.org, ATA8-ACS, self-test execution status.
        where result is 0 or (>= 3 and <= 8)
        select new SelfTest(Named(row.Text("type", "string")), result == 0, row.Amount("lifetime_hours"), Wraps: true);

    private static IEnumerable<SelfTest> Nvme(JsonElement root) =>
        from row in root.Items("nvme_self_test_log", "table")
        let result = row.Number("self_test_result", "value")
        where result is 0 or 5 or 6 or 7
        select new SelfTest(Named(row.Text("self_test_code", "string")), result is 0, row.Amount("power_on_hours"));

    private static IEnumerable<SelfTest> Scsi(JsonElement root) =>
        from index in Enumerable.Range(0, MaxScsiEntries)
        let row = root.At("scsi_self_test_" + index.ToString(CultureInfo.InvariantCulture))
        where row is not null
        let result = row.Value.Number("result", "value")
        where result is 0 or (>= 3 and <= 7)
        let hours = row.Value.Amount("power_on_time", "hours")
        select new SelfTest(Named(row.Value.Text("code", "string")), result is 0, hours < MaxScsiHours ? hours : null);

    private static string Named(string text) =>
        text.Contains("short", StringComparison.OrdinalIgnoreCase) ? "short"
        : text.Contains("extended", StringComparison.OrdinalIgnoreCase)
            || text.Contains("long", StringComparison.OrdinalIgnoreCase) ? "extended"
        : "other";
}
