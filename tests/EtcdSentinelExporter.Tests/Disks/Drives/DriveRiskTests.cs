using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DriveRiskTests
{
    [Theory]
    [InlineData(8, 8, 8, null)]
    [InlineData(8, 3, 3, null)]
    [InlineData(0, 1, 1, "pending sectors grew from 0 to 1, first on 2026-01-02")]
    [InlineData(8, 3, 9, "pending sectors grew from 3 to 9, first on 2026-01-03")]
    [InlineData(0, 5, 0, "pending sectors grew from 0 to 5, first on 2026-01-02")]
    public void Growth_counts_and_a_high_level_does_not(int first, int second, int third, string? evidence) =>
        Assert.Equal(evidence, EvidenceOf(new() { Pending = OneADay(first, second, third) }, new()));

    [Theory]
    [InlineData(0.11, 0.1, null)]
    [InlineData(1.0, 1.0, null)]
    [InlineData(0.09, 0.1, "9 % of the spare blocks are left, less than its limit of 10 %")]
    [InlineData(0.0, 0.0, null)]
    public void Spare_below_its_threshold_counts(double spare, double threshold, string? evidence) => Assert.Equal(
        evidence, EvidenceOf(DriveHistory.None, new() { Spare = spare, SpareThreshold = threshold }));

    [Fact]
    public void A_self_test_that_failed_counts() => Assert.Equal(
        "its last extended self-test failed",
        EvidenceOf(DriveHistory.None, new()
        {
            SelfTests = [(new SelfTest("short", Passed: true, 1), null), (new("extended", Passed: false, 1), null)],
        }));

    [Theory]
    [InlineData(-5, 1, null)]
    [InlineData(1, 0, null)]
    [InlineData(0, double.NaN, null)]
    [InlineData(0, 1, 1e300)]
    public void History_with_numbers_of_no_drive_is_dropped(double first, double highest, double? changedAt) =>
        Assert.Null(new CountHistory(first, highest, changedAt).OrNull());

    private static CountHistory? OneADay(params int[] counts)
    {
        CountHistory? history = null;
        foreach (var (day, count) in counts.Index())
            history = CountHistory.Next(history, count, SomeDrives.Noon.AddDays(day));
        return history;
    }

    private static string? EvidenceOf(DriveHistory history, DriveHealth health) =>
        DriveRisk.Of(new(SomeDrives.Drive("sda")) { History = history, Health = health }, "sda", "Replace it.")
            .SingleOrDefault()?.Summary["The drive may fail soon: ".Length..^1];
}
