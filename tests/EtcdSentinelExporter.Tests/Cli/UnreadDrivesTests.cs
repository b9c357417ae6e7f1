using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Disks.Drives;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class UnreadDrivesTests
{
    private static readonly DriveReading Waiting = new(SomeDrives.Drive("sda")) { DueAt = SomeDrives.Noon };

    [Fact]
    public void A_drive_that_was_not_read_is_no_healthy_drive()
    {
        var poll = UnreadDrives.TimedOut(
            SomeReports.Poll("drives", SomeDrives.Reading(Waiting), DrivesFindings.Judge));

        var last = Assert.IsType<Snapshot<DrivesReading>>(poll.Last);
        var drive = Assert.Single(last.Reading!.All);
        Assert.Equal(("timeout", "not read within the window"), (drive.State, drive.Message));
        Assert.Contains(last.Findings, finding =>
            finding.Summary.Contains("not read within the window", StringComparison.Ordinal));
        Assert.NotEmpty(last.Families);
    }

    [Fact]
    public void Drives_that_were_read_stay_as_they_are()
    {
        var read = SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Nvme);
        var poll = SomeReports.Poll("drives", SomeDrives.Reading(read), DrivesFindings.Judge);

        Assert.Same(poll, UnreadDrives.TimedOut(poll));
    }

    [Fact]
    public void A_deferred_read_is_not_waited_for()
    {
        Assert.True(UnreadDrives.AreDue(SomeDrives.Reading(Waiting), SomeDrives.Noon));
        Assert.False(UnreadDrives.AreDue(
            SomeDrives.Reading(Waiting with { DueAt = SomeDrives.Noon.AddMinutes(1) }), SomeDrives.Noon));
        Assert.False(UnreadDrives.AreDue(reading: null, SomeDrives.Noon));
    }
}
