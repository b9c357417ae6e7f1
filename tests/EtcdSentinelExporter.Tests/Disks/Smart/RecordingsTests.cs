using System.Globalization;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Smart;

/// <summary>Every recording decodes to what the index beside it says, which another decoder has written.</summary>
public sealed partial class RecordingsTests
{
    private static readonly Dictionary<string, string> States = new(StringComparer.Ordinal)
    {
        ["scsi-raidvolume-intel"] = ReadState.Unsupported,
        ["error-open-failed"] = ReadState.Open,
        ["error-nvme-permission-denied"] = ReadState.Permission,
        ["error-qemu-virtual-disk"] = ReadState.Unsupported,
        ["error-device-does-not-support-smart"] = ReadState.Unsupported,
        ["error-no-such-device"] = ReadState.Open,
        ["error-virtio-undetectable"] = ReadState.Unsupported,
        ["error-sleep-mode-faked-by-failed-powercheck"] = ReadState.PowerCheckFailed,
        ["ata-ssd-kingston-SA400M8"] = ReadState.Partial,
        ["nvme-apple-AP0256Q"] = ReadState.Partial,
    };

    // Not decoded by the other decoder: 3 erasures of 3,000.
    private const string SanDisk = "ata-usb-sandisk-pSSD";

    [Fact]
    public void Each_decodes_to_what_the_index_says() => Assert.All(Index(), row =>
    {
        var health = row.Report.Decoded();
        if (row.Name is SanDisk)
        {
            Assert.Equal(new(0.001, "attr230"), health.Endurance);
            health = health with { Endurance = null };
        }

        Assert.Equal(row.Decoded, string.Join("; ", Parts(health)) is { Length: > 0 } text ? text : "nothing");
    });

    [Fact]
    public void The_index_lists_every_recording() =>
        Assert.Equal(
            Directory.GetFiles(Recordings.NeedOthersFolder(), "*.json").Select(Path.GetFileNameWithoutExtension)
                .Where(name => !name!.StartsWith("scan-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Index().Select(row => row.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_leads_to_its_state() => Assert.All(Index(), row =>
        Assert.Equal((row.Name, States.GetValueOrDefault(row.Name, ReadState.Ok)),
            (row.Name, SmartctlVerdict.Of(row.Report, exitCode: 0, wasBusy: null).State)));

    [Fact]
    public void None_says_0_degrees_and_none_has_a_field_that_makes_no_sense() => Assert.All(Index(), row =>
    {
        var health = row.Report.Decoded();

        Assert.NotEqual(0, health.Temperature);
        Assert.Empty(health.Undecodable);
    });

    [Fact]
    public void A_drive_that_fails_says_so() =>
        Assert.Equal(["ata-hdd-hitachi-HDS721050DLE630-usb-FAILING", "nvme-samsung-MZWLL3T2-critical-warning"],
            Index().Where(row => row.Report.Decoded().Passed is false).Select(row => row.Name));

    [Fact]
    public void Tests_before_and_after_the_16_bit_clock_wrapped_are_both_dated() =>
        Assert.Equal(
            ["extended False 52", "short True 14"],
            Decoded("ata-hdd-hitachi-HDS721050DLE630-usb-FAILING").SelfTests
                .Select(one => FormattableString.Invariant(
                    $"{one.Test.Kind} {one.Test.Passed} {one.Age!.Value.TotalHours}")));

    [Fact]
    public void Numbers_that_the_index_does_not_hold()
    {
        Assert.Equal(1975, Decoded("ata-hdd-hitachi-HDS721050DLE630-usb-FAILING").Reallocated);
        Assert.Equal(8, Decoded("ata-hdd-hitachi-HDS721050DLE630-usb-FAILING").Pending);
        Assert.Equal((1, 0), Failing("ata-hdd-hitachi-HDS721050DLE630-usb-FAILING"));
        Assert.Equal((0, 1), Failing("ata-hdd-samsung-HD204UI-usbsunplus-failed-past"));
        Assert.Equal(7, Decoded("nvme-samsung-970EVO-media-errors").MediaErrors);
        Assert.Equal(8382, Decoded("nvme-corsair-Force-MP510").ErrorEntries);
        Assert.Equal(1 << 4, Decoded("nvme-samsung-MZWLL3T2-critical-warning").CriticalWarnings);
        Assert.Equal((1, 0.99), (Decoded("nvme-apple-AP0256Q").Spare, Decoded("nvme-apple-AP0256Q").SpareThreshold));
        Assert.Equal(260, Decoded("scsi-hdd-seagate-ST373453LC").GrownDefects);
        Assert.Equal(38, Decoded("scsi-hdd-wdc-WUH721818AL5204-envtemp").Temperature);
        Assert.Equal(500e9, Decoded("scsi-hdd-wdc-WUH721818AL5204-envtemp").WrittenBytes);
        Assert.Equal(4, Decoded("ata-ssd-intel-SSDSC2KB240G7").Reallocated);
        Assert.Equal(0, Decoded("ata-ssd-intel-SSDSC2KB240G7").Pending);
        Assert.Null(Decoded("ata-ssd-kingston-SKC400").Pending);
    }

    private static (int?, int?) Failing(string name) => (Decoded(name).FailingNow, Decoded(name).FailedInThePast);

    private static DriveHealth Decoded(string name) => Load(name).Decoded();

    private static SmartReport Load(string name) =>
        SmartReport.Parse(File.ReadAllBytes(Path.Combine(Recordings.NeedOthersFolder(), name + ".json")));

    // The columns are split at bars with spaces around them; inside a column there are none.
    private static IEnumerable<(string Name, SmartReport Report, string Decoded)> Index() =>
        from line in File.ReadLines(Path.Combine(Recordings.NeedOthersFolder(), "INDEX.md"))
        let cells = line.Split(" | ")
        where cells.Length == 8 && cells[0].EndsWith(".json", StringComparison.Ordinal)
        let name = cells[0][2..^".json".Length]
        where !name.StartsWith("scan-", StringComparison.Ordinal)
        select (name, Load(name), Normal(cells[6]));

    private static string Normal(string decoded) =>
        Brackets().Replace(decoded, match => match.Value.StartsWith("[attr", StringComparison.Ordinal)
            ? match.Value.Replace("raw", "", StringComparison.Ordinal).Replace("norm", "", StringComparison.Ordinal)
            : match.Value is "[power_on_time]" or ", packed" ? "" : match.Value)
                .Replace(" ;", ";", StringComparison.Ordinal).Trim();

    private static IEnumerable<string> Parts(DriveHealth health)
    {
        if (health.PowerOn is { } time)
            yield return string.Create(CultureInfo.InvariantCulture, $"power_on_s={time.TotalSeconds:0}");
        if (health.CommandTimeouts is { } timeouts)
        {
            yield return timeouts is { Total: > 0, Over5Seconds: { } over5, Over7Seconds: { } over7 }
                ? $"cmd_timeout={timeouts.Total} (>5s {over5}, >7.5s {over7})"
                : $"cmd_timeout={timeouts.Total}";
        }
        if (health.Endurance is { } used)
            yield return string.Create(CultureInfo.InvariantCulture, $"used%={used.UsedRatio * 100:0} [{used.Source}]");
    }

    [GeneratedRegex(@"\[\w+\]|, packed")]
    private static partial Regex Brackets();
}
