using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>What each recorded or made report becomes: state, message, values and findings on one page.</summary>
public sealed class CasesTests
{
    private const string Prefix = "etcd_sentinel_disk_";
    private const string Labels = "device=\"sda\",serial=\"K-1\"";

    // The same for each, or said in the first line.
    private static readonly string[] Unneeded =
        ["read_", "reads_total", "last_", "polls_deferred_total", "identity_changes_total", "paths", "scan_success"];

    [Fact]
    public async Task Each_case_becomes_what_its_drive_means()
    {
        var page = new StringBuilder();
        foreach (var file in Directory.GetFiles(Recordings.CasesFolder, "*.json").Order(StringComparer.Ordinal))
        {
            var drive = await ReadAsync(await File.ReadAllBytesAsync(file));
            var reading = SomeDrives.Reading(drive);
            page.Append(CultureInfo.InvariantCulture,
                    $"{Path.GetFileNameWithoutExtension(file)}: {drive.State}. {drive.Message}\n")
                .AppendJoin("", DrivesMetrics.Families.Text(reading).Samples().Where(IsNeeded).Select(Line))
                .AppendJoin("", DrivesFindings.Judge(reading).Select(found => $"  {found.Code}: {found.Summary}\n"));
        }
        Golden.Match(page.ToString(), "what-each-case-becomes.txt");
    }

    // A bit that is not set says nothing.
    private static bool IsNeeded(string line) =>
        !Unneeded.Any(name => line.StartsWith(Prefix + name, StringComparison.Ordinal))
        && !(line.EndsWith("} 0", StringComparison.Ordinal) && line.Contains($"{Labels},", StringComparison.Ordinal)
            && !line.Contains("source=", StringComparison.Ordinal));

    private static string Line(string line) =>
        $"  {line[Prefix.Length..].Replace($"{{{Labels}}}", "", StringComparison.Ordinal)
            .Replace($"{Labels},", "", StringComparison.Ordinal)}\n";

    private static Task<DriveReading> ReadAsync(byte[] output)
    {
        var answer = SmartctlOutput.Judge(
            new(ProcessEnd.Exited, 0, output, "", Task.CompletedTask), TimeSpan.FromSeconds(30), wasBusy: null);
        var schedule = new DriveSchedule(TimeSpan.FromMinutes(5), "cp-1");
        return new DriveReader(new FakeSmartctl(_ => answer), schedule, new FakeClock(SomeDrives.Noon)).ReadAsync(
            schedule.New(SomeDrives.Drive("sda"), SomeDrives.Noon), carriesRole: false, CancellationToken.None);
    }
}
