using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DrivesLogTests
{
    [Fact]
    public void A_drive_without_a_model_leaves_no_comma()
    {
        var lines = new LogLines();
        var drive = new DriveReading(SomeDrives.Drive("vda"));

        new DrivesLog(lines).Changes(
            SomeDrives.Reading(drive), SomeDrives.Reading(drive with { State = ReadState.Unsupported }));

        Assert.Equal("Drive vda is unsupported", lines.Text);
    }

    [Fact]
    public void That_drives_cannot_be_listed_is_said_once_and_so_is_its_end()
    {
        var lines = new LogLevels();
        var log = new DrivesLog(lines);
        var well = SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()));
        var ill = well with { ScanProblem = "sysfs does not answer" };

        log.Changes(well, ill);
        log.Changes(ill, ill);
        log.Changes(ill, well);
        log.Changes(well, well);

        Assert.Equal([LogLevel.Warning, LogLevel.Information], lines.Levels);
    }
}
