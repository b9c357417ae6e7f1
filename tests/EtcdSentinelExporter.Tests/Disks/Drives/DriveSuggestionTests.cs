using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class DriveSuggestionTests
{
    private const string Scan = """
        {"devices":[{"name":"/dev/sda","info_name":"/dev/sda","type":"scsi","protocol":"SCSI"},
         {"name":"/dev/nvme0","type":"nvme","open_error":"Permission denied"},
         {"name":"/dev/bus/6","type":"megaraid,8"},{"name":"/dev/bus/6","type":"sat+megaraid,9"},
         {"name":"/dev/bus/6","type":"megaraid,10"},{"name":"/dev/bus/6","type":"jmb39x,0"},{"type":7}]}
        """;

    [Fact]
    public async Task Drives_behind_a_controller_that_answer_are_suggested()
    {
        var text = await SuggestAsync(Scan, drive => drive.Type switch
        {
            "megaraid,8" => SomeDrives.Answer(SomeDrives.Incident()),
            "sat+megaraid,9" => new(ReadState.Standby, "Device is in STANDBY mode, exit(3)"),
            _ => new(ReadState.Open, "no such\ndevice"),
        });

        Assert.Equal("""
            # /dev/sda (scsi): needs no setting
            # /dev/nvme0 (nvme): cannot be opened: Permission denied
            # /dev/bus/6;megaraid,10: open: no such�device
            # /dev/bus/6 (jmb39x,0): cannot be set: jmb39x is not supported, because it writes to the disk to access the bridge; leave it out.
            #  (): cannot be set: write device;type, as in /dev/bus/0;megaraid,14 or /dev/sdb;sat.
            drives:
              devices:
              - /dev/bus/6;megaraid,8  # ok: CT1000MX500SSD1, serial number S-1
              - /dev/bus/6;sat+megaraid,9  # standby: Device is in STANDBY mode, exit(3)

            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public async Task The_text_is_a_configuration_file()
    {
        var text = await SuggestAsync(Scan, _ => SomeDrives.Answer(SomeDrives.Incident()));

        var settings = new SettingsReader(Catalog.Settings, _ => text)
            .Read(new([new("config.file", "x", "--config.file")], []), ImmutableDictionary<string, string>.Empty);

        Assert.Empty(settings.Problems);
        Assert.Equal(["megaraid,8", "sat+megaraid,9", "megaraid,10"],
            settings.Get(DrivesSettings.Devices).Select(address => address.Type));
    }

    [Theory]
    [InlineData("""{}""", "smartctl finds no device; virtual disks without SMART are never listed.", true)]
    [InlineData("""{"devices":[]}""", "smartctl finds no device;", true)]
    [InlineData("""{"devices":{"name":"/dev/sda"}}""", "smartctl finds no device;", true)]
    [InlineData("""{"devices":[{"name":"/dev/sda","type":"sat","open_error":"Permission denied"}]}""",
        "No device can be opened, so nothing can be suggested:", true)]
    [InlineData("""{"devices":[{"name":"/dev/bus/6","type":"megaraid,8"}]}""",
        "No device can be opened, so nothing can be suggested:", true)]
    [InlineData("""{"devices":[{"name":"/dev/sda","type":"sat"},{"name":"/dev/bus/6","type":"megaraid,8"}]}""",
        "No drive behind a controller answers. If one of the devices that cannot be opened is such a drive,", true)]
    [InlineData("""{"devices":[{"name":"/dev/sda","type":"sat"}]}""",
        "No drive is behind a controller: drives.devices is not needed.", false)]
    public async Task Where_nothing_is_suggested_it_says_why_and_how_to_see_more(
        string scan, string reason, bool hasRemedy)
    {
        var text = await SuggestAsync(scan, _ => new(ReadState.Open, ""));

        var conclusion = text.Split('\n')[^2];
        Assert.StartsWith("# " + reason, conclusion, StringComparison.Ordinal);
        Assert.Equal(hasRemedy, conclusion.EndsWith(
            " run this as root; in a container, with the node's /dev and with privileged: true "
            + "(or the capabilities SYS_RAWIO for SATA and SAS, SYS_ADMIN for NVMe).", StringComparison.Ordinal));
        Assert.DoesNotContain("devices:", text, StringComparison.Ordinal);
    }

    private static Task<string> SuggestAsync(string scan, Func<Drive, SmartAnswer> answer) => new DriveSuggestion(
        _ => Task.FromResult(ScannedDevice.Parse(Encoding.UTF8.GetBytes(scan))), new FakeSmartctl(answer))
        .WriteAsync(CancellationToken.None);
}
