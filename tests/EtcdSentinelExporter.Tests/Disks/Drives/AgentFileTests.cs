using System.Text;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

public sealed class AgentFileTests
{
    private const string Report =
        """{"json_format_version":[1,0],"smartctl":{"exit_status":0},"power_on_time":{"hours":1.50,"x":1e3}}""";

    // Written before the file was a record of System.Text.Json.
    private const string Former = """
        {"schema":1,"device":"sda","serial":"K-1","path":"/dev/sda","type":"","behind_controller":false,
        "carries_role":true,"state":"ok","message":"said \u0022so\u0022 \u002B \u00E9","every_seconds":300,
        "renewed_within_seconds":60,"written_at":1772366400,"at":1772366400,"last_success":1772366399.75,
        "due_at":1772366700,"logs_at":1772362800,"logs_due_at":1772370000,"took_seconds":0.321,"exit_code":4,
        "deferred":2,"identity_changes":1,"paths":2,"reads":{"ok":3,"timeout":1},"identity":{"model":"M","family":"F",
        "serial":"S-1","wwn":"0x5000c5","firmware":"FW","protocol":"ATA","in_database":true},
        "smartctl":
        """ + Report + ",\"logs\":" + Report + "}";

    private const string FormerBehindController = """
        {"schema":1,"device":"bus_0_megaraid_1","serial":"","path":"/dev/bus/0","type":"megaraid,1",
        "behind_controller":true,"carries_role":false,"state":"waiting","message":"","every_seconds":300,
        "renewed_within_seconds":60,"written_at":1772366400,"due_at":-62135596800,"logs_due_at":-62135596800,
        "deferred":0,"identity_changes":0,"paths":1,"reads":{}}
        """;

    private const string Cadence = "\"every_seconds\":10,\"renewed_within_seconds\":10";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1772366400);

    [Fact]
    public void A_file_of_the_former_version_is_read()
    {
        var (drive, cadence, writtenAt) = Read(Former);

        Assert.Equal(("sda", "K-1", "/dev/sda", null),
            (drive.Drive.Device, drive.Drive.Serial, drive.Drive.Path, drive.Drive.Type));
        Assert.Equal((true, "ok", "said \"so\" + é"), (drive.CarriesRole, drive.State, drive.Message));
        Assert.Equal(new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), cadence);
        Assert.Equal((Now, Now, Now.AddSeconds(-0.25)), (writtenAt, drive.LastAttempt, drive.LastSuccess));
        Assert.Equal((Now.AddMinutes(5), Now.AddHours(-1), Now.AddHours(1)),
            (drive.DueAt, drive.LogsAt, drive.LogsDueAt));
        Assert.Equal((0.321, 4), (drive.Took!.Value.TotalSeconds, drive.ExitStatus));
        Assert.Equal((2, 1, 2), (drive.Deferrals, drive.IdentityChanges, drive.Paths));
        Assert.Equal("ok 3, timeout 1", string.Join(", ", drive.Reads.Select(read => $"{read.Key} {read.Value}")));
        Assert.Equal(new("M", "F", "S-1", "0x5000c5", "FW", "ATA", IsInDatabase: true), drive.Identity);
        Assert.Equal((0, 0, true), (drive.Report!.ExitStatus, drive.LogsReport!.ExitStatus, drive.Health is not null));
    }

    [Theory]
    [InlineData("""{"had_attributes":true,"endurance":{"used_ratio":0.99,"source":"attr231"}}""", true, 0.99)]
    [InlineData("""{"had_attributes":true,"endurance":{"used_ratio":-5,"source":"attr231"}}""", true, null)]
    [InlineData("""{"had_attributes":true,"endurance":{"used_ratio":1e300,"source":"attr231"}}""", true, null)]
    [InlineData("null", false, null)]
    public void History_is_kept_in_the_file(string history, bool hadAttributes, double? used)
    {
        var (drive, cadence, writtenAt) = Read(Former.Replace(
            "\"identity\"", $"\"history\":{history},\"identity\"", StringComparison.Ordinal));

        var written = Read(Encoding.UTF8.GetString(AgentFile.Of(drive, cadence, writtenAt).ToJson())).Drive;

        Assert.Equal((hadAttributes, used), (drive.History.HadAttributes, drive.History.Endurance?.UsedRatio));
        Assert.Equal(drive.History, written.History);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_read_is_written_as_the_former_version_wrote_it(bool isBehindController)
    {
        var file = isBehindController ? FormerBehindController : Former;
        var (drive, cadence, writtenAt) = Read(file);

        Assert.Equal(OneLine(file), Text(AgentFile.Of(drive, cadence, writtenAt).ToJson()));
    }

    [Fact]
    public void Unknown_keys_are_ignored_and_known_ones_that_are_missing_have_defaults()
    {
        var (drive, _, _) = Read("""
            {"extra":{"x":[1],"x":2},"schema":1,"device":"sda","state":"ok","every_seconds":10,"more":"\ud800",
            "renewed_within_seconds":10,"written_at":0,"due_at":0}
            """);

        Assert.Equal(("sda", "", "", 1), (drive.Drive.Device, drive.Drive.Serial, drive.Message, drive.Paths));
        Assert.Empty(drive.Reads);
    }

    [Theory]
    [InlineData("\"exit_code\":\"4\"", "$.exit_code")]
    [InlineData("\"exit_code\":1e300", "$.exit_code")]
    [InlineData("\"state\":null", "$.state")]
    [InlineData("\"paths\":{}", "$.paths")]
    [InlineData("\"message\":\"\\ud800\"", "$.message")]
    [InlineData("\"\\ud800\":1", "the key at byte 27")]
    [InlineData("\"reads\":{\"ok\":\"1\"}", "$.reads.ok")]
    [InlineData("\"reads\":{\"\\ud800\":1}", "the key at byte 36")]
    [InlineData("\"identity\":{\"model\":\"M\"}", "missing required properties")]
    [InlineData("\"smartctl\":5", "$.smartctl")]
    [InlineData("\"smartctl\":[]", "$.smartctl")]
    [InlineData("\"smartctl\":{\"a\":[{\"\\ud800\":1}]}", "the key at byte")]
    [InlineData("\"every_seconds\":0.5", "every_seconds")]
    [InlineData("\"every_seconds\":10", "renewed_within_seconds")]
    [InlineData(Cadence, "written_at")]
    [InlineData(Cadence + ",\"written_at\":-1e300", "written_at")]
    [InlineData(Cadence + ",\"written_at\":0,\"state\":\"ok\",\"due_at\":1e400", "due_at")]
    public void A_file_that_the_agent_did_not_write_is_rejected_with_a_reason(string part, string reason)
    {
        var e = Assert.Throws<FormatException>(() => Read($$"""{"schema":1,"device":"sda",{{part}}}"""));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(65)]
    public void A_file_that_is_nested_too_deeply_is_rejected(int depth) =>
        Assert.Throws<FormatException>(() => AgentFile.Parse(Encoding.UTF8.GetBytes(
            $$"""{"schema":1,"smartctl":{{Nested(depth)}}}""")));

    [Fact]
    public void A_reason_has_a_bounded_length()
    {
        var e = Assert.Throws<FormatException>(() => AgentFile.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"schema":1,"reads":{"{{{new string('x', 10_000)}}}":"1"}}""")));

        Assert.InRange(e.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"schema":2,"device":["sda"],"state":5}""")]
    public void A_file_of_another_version_is_told_from_a_wrong_one(string text) =>
        Assert.Null(AgentFile.Parse(Encoding.UTF8.GetBytes(text)));

    // A writer of JSON cannot write what this text says.
    [Theory]
    [InlineData("""{ "model_name" : "a\ud800b\u0041",  "power_on_time": { "hours": 1.50 } }""")]
    [InlineData("""{"é":"\/"}""")]
    [InlineData("""{"temperature":{"current":41,"current":42}}""")]
    public void A_report_is_written_as_smartctl_printed_it(string report)
    {
        var file = ToJson(report);

        Assert.Contains($",\"smartctl\":{report},", Text(file), StringComparison.Ordinal);
        Assert.Equal(file, AgentFile.Parse(file)!.ToJson());
    }

    [Fact]
    public void A_report_may_be_as_deep_as_one_that_smartctl_prints()
    {
        var file = ToJson(Nested(64));

        Assert.Equal(file, AgentFile.Parse(file)!.ToJson());
    }

    [Fact]
    public void No_text_is_longer_than_one_of_a_drive()
    {
        var text = new string('x', 5_000);
        var (drive, _, _) = Read(Former.Replace("\"S-1\"", $"\" {text}\"", StringComparison.Ordinal));

        Assert.Equal(100, drive.Identity!.Serial.Length);
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private static byte[] ToJson(string report)
    {
        var parsed = SmartReport.Parse(Encoding.UTF8.GetBytes(report));
        return AgentFile.Of(
            SomeDrives.Read(SomeDrives.Drive("sda"), parsed), new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), Now).ToJson();
    }

    private static (DriveReading Drive, AgentCadence Cadence, DateTimeOffset WrittenAt) Read(string file)
    {
        var parsed = AgentFile.Parse(Encoding.UTF8.GetBytes(OneLine(file)))!;
        return parsed.Read(parsed.ToDrive(), Now);
    }

    private static string OneLine(string text) => text.Replace("\n", "", StringComparison.Ordinal);

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
