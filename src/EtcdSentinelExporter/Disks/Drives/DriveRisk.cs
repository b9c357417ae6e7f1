using System.Globalization;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Finds drives that should be replaced soon: those whose error counts grow.</summary>
/// <remarks>Of such drives many more fail than of others: Backblaze's statistics of attributes 5, 187, 188, 197, 198,
/// https://www.backblaze.com/blog/what-smart-stats-indicate-hard-drive-failures/.</remarks>
internal static class DriveRisk
{
    public static IEnumerable<Finding> Of(DriveReading drive, string name, string replace)
    {
        if (Evidence(drive).ToArray() is { Length: > 0 } evidence)
        {
            yield return new("DiskReplaceSoon", Severity.Warning, name,
                Summary: $"The drive may fail soon: {string.Join("; ", evidence)}.",
                NextStep: $"Order a replacement now. {replace}");
        }
    }

    private static IEnumerable<string> Evidence(DriveReading drive)
    {
        foreach (var (what, count) in drive.History.Counts)
        {
            if (count is { ChangedAt: { } seconds })
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{what} grew from {count.First} to {count.Highest}, first on {Date(seconds)}");
            }
        }
        if (drive.Health is { Spare: { } spare, SpareThreshold: > 0 and var threshold } && spare < threshold)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{spare * 100:0.#} % of the spare blocks are left, less than its limit of {threshold * 100:0.#} %");
        }
        foreach (var (test, _) in drive.Health?.SelfTests.Where(test => !test.Test.Passed) ?? [])
            yield return $"its last {test.Kind} self-test failed";
    }

    private static string Date(double seconds) => DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
