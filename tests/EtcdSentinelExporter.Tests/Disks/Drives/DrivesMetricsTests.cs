using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DrivesMetricsTests
{
    [Fact]
    public void The_disk_of_the_incident() =>
        Golden.Match(
            DrivesMetrics.Families.Text(SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()))),
            "the-disk-of-the-incident.txt");

    [Fact]
    public void An_nvme_drive_that_fails() =>
        Golden.Match(
            DrivesMetrics.Families.Text(SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("nvme0n1"), SomeDrives.Nvme))),
            "an-nvme-drive-that-fails.txt");

    [Fact]
    public void A_drive_that_hangs_keeps_its_labels_and_no_value()
    {
        var hung = SomeDrives.Read(
            SomeDrives.Drive("sda"), SomeDrives.Incident()) with
        { State = ReadState.Hung, Health = null, ExitStatus = null };

        var text = DrivesMetrics.Families.Text(SomeDrives.Reading(hung));

        Assert.Contains("""disk_read_state{device="sda",serial="K-1",state="hung"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""disk_info{device="sda",serial="K-1",model="CT1000MX500SSD1" """.TrimEnd(), text, StringComparison.Ordinal);
        Assert.DoesNotContain("disk_command_timeouts_total", text, StringComparison.Ordinal);
        Assert.DoesNotContain("disk_smartctl_exit_bit", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_used_are_counted_by_what_is_wrong_with_them()
    {
        var text = DrivesMetrics.Families.Text(
            SomeDrives.Reading() with { Folder = FolderProblems.None.Add(FolderProblems.Huge) });

        Assert.Contains("""disk_folder_files_unusable{problem="huge"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""disk_folder_files_unusable{problem="torn"} 0""", text, StringComparison.Ordinal);
    }
}
