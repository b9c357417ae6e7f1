using EtcdSentinelExporter.Collectors.Drives;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Drives;

public sealed class DrivesFindingsTests
{
    [Fact]
    public void The_disk_of_the_incident_is_worn_out_and_says_which_column_was_read()
    {
        var findings = Judge(Some.Read(Some.Drive("sda"), Some.Incident()));

        Assert.Equal(["DiskWearCritical", "DiskCommandTimeoutHistory"], findings.Select(finding => finding.Code));
        Assert.Contains("VALUE is percent left", findings[0].Summary, StringComparison.Ordinal);
        Assert.Contains("member remove", findings[0].NextStep, StringComparison.Ordinal);
        Assert.Contains("85 commands", findings[1].Summary, StringComparison.Ordinal);
        Assert.Contains("62247 h", findings[1].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_nvme_drive_that_fails_says_all_that_is_wrong() =>
        Assert.Equal(
            ["DiskFailing", "DiskCriticalWarning", "DiskSpareLow", "DiskWearCritical", "DiskMediaErrors", "DiskHot"],
            Judge(Some.Read(Some.Drive("nvme0n1"), Some.Nvme)).Select(finding => finding.Code));

    [Theory]
    [InlineData(0b100, 99, "reliability")]
    [InlineData(0b100, 100, null)]
    [InlineData(0b011, 0, null)]
    [InlineData(0b111000, 0, "read_only, backup, pmr")]
    public void A_critical_warning_counts_unless_something_else_says_it(int bits, int used, string? reasons)
    {
        var health = new DriveHealth { CriticalWarnings = bits, Endurance = new(used / 100.0, "nvme") };

        var finding = Judge(new DriveReading(Some.Drive("nvme0n1")) { State = ReadState.Ok, Health = health })
            .SingleOrDefault(finding => finding.Code is "DiskCriticalWarning");

        Assert.Equal(reasons is null ? null : $"The drive gives a critical warning: {reasons}.", finding?.Summary);
    }

    [Theory]
    [InlineData(ReadState.Hung, "DiskHung", "Critical")]
    [InlineData(ReadState.Permission, "DiskUnreadable", "Warning")]
    [InlineData(ReadState.NoFile, "DiskUnreadable", "Warning")]
    public void A_drive_that_cannot_be_read_is_worth_a_word(string state, string code, string severity)
    {
        var finding = Assert.Single(Judge(new DriveReading(Some.Drive("sda")) { State = state }));

        Assert.Equal((code, severity), (finding.Code, finding.Severity.ToString()));
    }

    [Theory]
    [InlineData(ReadState.Ok)]
    [InlineData(ReadState.Waiting)]
    [InlineData(ReadState.Standby)]
    [InlineData(ReadState.Unsupported)]
    public void One_that_sleeps_or_has_no_smart_is_not(string state) =>
        Assert.Empty(Judge(new DriveReading(Some.Drive("vda")) { State = state }));

    private static List<Finding> Judge(DriveReading drive) => [.. DrivesFindings.Judge(Some.Reading(drive))];
}
