using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DrivesFindingsTests
{
    [Fact]
    public void The_disk_of_the_incident_is_worn_out_and_says_which_column_was_read()
    {
        var findings = Judge(
            SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()) with { CarriesRole = true });

        Assert.Equal(["DiskWornOut", "DiskReplaceSoon", "DiskCommandTimeoutHistory"], findings.Select(finding => finding.Code));
        Assert.Contains("VALUE is percent left", findings[0].Summary, StringComparison.Ordinal);
        Assert.Contains("member remove", findings[0].NextStep, StringComparison.Ordinal);
        Assert.Contains("85 commands", findings[2].Summary, StringComparison.Ordinal);
        Assert.Contains("62247 h", findings[2].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_nvme_drive_that_fails_says_so_once_and_what_else_is_wrong() =>
        Assert.Equal(
            ["DiskFailing", "DiskWornOut", "DiskReplaceSoon", "DiskMediaErrors", "DiskHot"],
            Judge(SomeDrives.Read(SomeDrives.Drive("nvme0n1"), SomeDrives.Nvme)).Select(finding => finding.Code));

    [Theory]
    [InlineData(0b100, 99, "reliability")]
    [InlineData(0b100, 100, null)]
    [InlineData(0b011, 0, null)]
    [InlineData(0b111000, 0, "read_only, backup, pmr")]
    public void A_critical_warning_counts_unless_something_else_says_it(int bits, int used, string? reasons)
    {
        var health = new DriveHealth { CriticalWarnings = bits, Endurance = new(used / 100.0, "nvme") };

        var finding = Judge(new DriveReading(SomeDrives.Drive("nvme0n1")) { State = ReadState.Ok, Health = health })
            .SingleOrDefault(finding => finding.Summary.Contains("critical warning", StringComparison.Ordinal));

        Assert.Equal(
            reasons is null ? null : $"DiskFailing: The drive reports a critical warning: {reasons}.",
            finding is null ? null : $"{finding.Code}: {finding.Summary}");
    }

    [Theory]
    [InlineData(0b10, 0, true, "DiskHot")]
    [InlineData(0b01, 0, true, "DiskFailing")]
    [InlineData(0b100, 100, true, "DiskWornOut")]
    [InlineData(0b100, 99, false, "DiskFailing,DiskWornOut")]
    [InlineData(0b1010, 0, false, "DiskFailing,DiskHot")]
    [InlineData(0b100_0000, 0, false, "DiskFailing")]
    [InlineData(0, 0, false, "DiskFailing")]
    public void An_nvme_drive_that_is_only_hot_or_used_up_is_not_failing(int bits, int used, bool isWell, string codes)
    {
        var reading = SomeDrives.Read(SomeDrives.Drive("nvme0n1"), SomeDrives.Report($$$"""
            {"device":{"protocol":"NVMe"},"smartctl":{"exit_status":8},"smart_status":{"passed":false},
             "nvme_smart_health_information_log":{"critical_warning":{{{bits}}},"percentage_used":{{{used}}}}}
            """));

        Assert.Equal(isWell, reading.Health!.Passed);
        Assert.Equal(codes, string.Join(',', Judge(reading).Select(finding => finding.Code)));
    }

    [Fact]
    public void Lifetime_totals_are_only_reported()
    {
        var health = new DriveHealth { MediaErrors = 7, ReportedUncorrectable = 3, GrownDefects = 260 };

        var findings = Judge(new DriveReading(SomeDrives.Drive("sda")) { State = ReadState.Ok, Health = health });

        Assert.Equal(
            [("DiskMediaErrors", Severity.Info), ("DiskMediaErrors", Severity.Info),
                ("DiskMediaErrors", Severity.Info)],
            findings.Select(finding => (finding.Code, finding.Severity)));
        Assert.Contains("260 grown defects", findings[2].Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReadState.Open, 2, false, false, false)]
    [InlineData(ReadState.Open, 2, true, false, true)]
    [InlineData(ReadState.Open, 2, false, true, true)]
    [InlineData(ReadState.Command, 1, false, false, false)]
    [InlineData(ReadState.Command, null, false, false, true)]
    [InlineData(ReadState.Parse, 0, false, false, false)]
    [InlineData(ReadState.PowerCheckFailed, 2, false, false, false)]
    [InlineData(ReadState.Timeout, null, false, false, true)]
    [InlineData(ReadState.Stale, null, false, false, true)]
    public void A_drive_that_never_said_anything_is_missed_only_with_a_role_or_where_we_are_at_fault(
        string state, int? exit, bool wasRead, bool hasRole, bool isMissed) =>
        Assert.Equal(isMissed, Judge(new DriveReading(SomeDrives.Drive("sda"))
        {
            State = state,
            ExitStatus = exit,
            LastSuccess = wasRead ? SomeDrives.Noon : null,
            CarriesRole = hasRole,
        }).Count > 0);

    [Fact]
    public void A_bridge_that_smartctl_does_not_know_has_its_own_remedy()
    {
        var finding = Assert.Single(Judge(new DriveReading(SomeDrives.Drive("sdb"))
        {
            State = ReadState.Command,
            CarriesRole = true,
            ExitStatus = 1,
            Message = "/dev/sdb: Unknown USB bridge [0x0bda:0x9210 (0x2001)]",
        }));

        Assert.Contains("/dev/sdb;sat", finding.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("Install smartmontools", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void SMART_that_is_switched_off_has_a_remedy_of_one_line()
    {
        var drive = SomeDrives.Drive("sdb") with { Type = "sat" };

        var finding = Assert.Single(Judge(new DriveReading(drive)
        {
            State = ReadState.Failed,
            Message = Recordings.Case("70-smart-disabled").Messages[0],
        }));

        Assert.Equal(
            ("DiskUnreadable", "Switch SMART on: smartctl -s on -d sat /dev/sdb"), (finding.Code, finding.NextStep));
    }

    [Theory]
    [InlineData(true, ReadState.Unsupported, false, true)]
    [InlineData(false, ReadState.Unsupported, false, false)]
    [InlineData(true, ReadState.Ok, false, false)]
    [InlineData(true, ReadState.Unsupported, true, false)]
    public void A_RAID_volume_is_noted_until_its_drives_are_configured(
        bool isVolume, string state, bool isConfigured, bool isNoted)
    {
        var drive = SomeDrives.Drive("sda");
        var volume = new DriveReading(drive with { Disk = drive.Disk! with { IsVolume = isVolume } }) { State = state };
        var member = new DriveReading(new("bus_0_megaraid_1", "", "/dev/bus/0", "megaraid,1", Disk: null));

        var findings = DrivesFindings.Judge(SomeDrives.Reading(isConfigured ? [volume, member] : [volume]));

        Assert.Equal(isNoted ? ["DiskBehindController"] : [], findings.Select(finding => finding.Code));
    }

    [Fact]
    public void An_eMMC_wears_out_like_other_drives()
    {
        var drive = SomeDrives.Drive("mmcblk0");

        var reading = SomeDrives.Reading(new DriveReading(drive with { Disk = drive.Disk! with { LifeUsed = 0.9 } })
        {
            State = ReadState.Unsupported,
        });

        Assert.Equal(["DiskWornOut"], DrivesFindings.Judge(reading).Select(finding => finding.Code));
        Assert.Contains("""disk_endurance_used_ratio{device="mmcblk0",serial="K-1",source="emmc"} 0.9""",
            DrivesMetrics.Families.Text(reading), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_missing_or_invalid_is_reported()
    {
        var findings = Judge(new DriveReading(SomeDrives.Drive("sda"))
        {
            State = ReadState.Partial,
            Message = "Read SMART Error Log failed",
            Health = new() { Undecodable = ["endurance", "power_on"] },
        });

        Assert.All(findings, finding =>
            Assert.Equal(("DiskHealthIncomplete", Severity.Info), (finding.Code, finding.Severity)));
        Assert.EndsWith("cannot be read: Read SMART Error Log failed", findings[0].Summary, StringComparison.Ordinal);
        Assert.EndsWith("for endurance, power_on.", findings[1].Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReadState.Hung, "DiskHung", "Warning")]
    [InlineData(ReadState.Failed, "DiskUnreadable", "Warning")]
    [InlineData(ReadState.Permission, "DiskUnreadable", "Warning")]
    [InlineData(ReadState.NoFile, "DiskUnreadable", "Warning")]
    public void A_drive_that_cannot_be_read_is_worth_a_word(string state, string code, string severity)
    {
        var finding = Assert.Single(Judge(new DriveReading(SomeDrives.Drive("sda")) { State = state }));

        Assert.Equal((code, severity), (finding.Code, finding.Severity.ToString()));
    }

    [Theory]
    [InlineData(ReadState.Ok)]
    [InlineData(ReadState.Waiting)]
    [InlineData(ReadState.Standby)]
    [InlineData(ReadState.Unsupported)]
    public void One_that_sleeps_or_has_no_smart_is_not(string state) =>
        Assert.Empty(Judge(new DriveReading(SomeDrives.Drive("vda")) { State = state }));

    private static List<Finding> Judge(DriveReading drive) => [.. DrivesFindings.Judge(SomeDrives.Reading(drive))];
}
