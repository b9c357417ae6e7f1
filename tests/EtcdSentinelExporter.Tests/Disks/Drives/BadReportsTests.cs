using System.Globalization;
using System.Text;
using System.Text.Json;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>Each recording damaged in many ways: a drive is blind with a reason, or loses values. It never gets a wrong
/// one.</summary>
public sealed class BadReportsTests
{
    private const string Prefix = "etcd_sentinel_disk_";
    private const int Cuts = 60;
    private const int KeysEach = 12;

    private static readonly string[] BadNumbers = ["9223372036854775808", "-5", "1e300"];

    // Say how the drive was read, or that a value is invalid.
    private static readonly string[] NoValues =
    [
        "info", "decode_problem", "smartctl_exit_bit", "read_", "reads_total", "last_", "polls_deferred_total",
        "identity_changes_total", "paths", "scan_success",
    ];

    public static TheoryData<string> Files { get; } =
    [
        .. new[] { "drives", "smartctl" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Fixtures, folder), "*.json"))
            .Select(file => Path.GetRelativePath(Fixtures, file)).Order(StringComparer.Ordinal),
    ];

    private static string Fixtures => Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_damaged_report_gives_no_wrong_value(string file) =>
        await DamageAsync(file, await File.ReadAllBytesAsync(Path.Combine(Fixtures, file)));

    [Fact]
    public async Task Nor_does_one_of_other_projects()
    {
        foreach (var file in Directory.GetFiles(Recordings.NeedOthersFolder(), "*.json"))
            await DamageAsync(Path.GetFileName(file), await File.ReadAllBytesAsync(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"smartctl\":{\"exit_status\":0}}{}")]
    [InlineData("{bracket} in the line before\n{")]
    public async Task Output_that_is_no_report_makes_the_drive_blind(string text) =>
        CheckBlind(await ReadAsync(Encoding.UTF8.GetBytes(text)), text);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public async Task So_does_one_that_is_nested_deeply(char bracket) => CheckBlind(
        await ReadAsync(Encoding.UTF8.GetBytes("{\"a\":" + string.Concat(
            Enumerable.Repeat(bracket is '[' ? "[" : "{\"a\":", 100_000)))), "deep");

    private static async Task DamageAsync(string name, byte[] json)
    {
        var whole = Lines(await ReadAsync(json));

        await CutAsync(name, json);
        await WithBadKeysAsync(name, json);
        await WithBadNumbersAsync(name, json, whole);
        await WithBadTextsAsync(name, json, whole);
        foreach (var line in new[] { "scsiModePageOffset: response length too short", "[sda] {0}: \"x\"" })
            Assert.Equal(whole, Lines(await ReadAsync([.. Encoding.UTF8.GetBytes(line + "\n"), .. json])));
    }

    private static async Task CutAsync(string name, byte[] json)
    {
        var end = json.AsSpan().TrimEnd(" \n"u8).Length;
        foreach (var length in Enumerable.Range(0, Cuts).Select(i => end * i / Cuts).Concat([end - 2, end - 1]))
            CheckBlind(await ReadAsync(json[..length]), $"{name} cut at {length}");
    }

    private static async Task WithBadKeysAsync(string name, byte[] json)
    {
        var objects = Tokens(json, JsonTokenType.StartObject);
        foreach (var at in objects.Where((_, i) => i % ((objects.Count / KeysEach) + 1) == 0))
        {
            byte[] bad = [.. json[..(at.Start + 1)], .. "\"\\ud800\":1,\"x\":{},"u8, .. json[(at.Start + 1)..]];
            CheckBlind(await ReadAsync(bad), $"{name} with a bad key at {at.Start}");
        }
    }

    // One after the other, and then all at once.
    private static async Task WithBadNumbersAsync(string name, byte[] json, string[] whole)
    {
        var numbers = Tokens(json, JsonTokenType.Number);
        foreach (var (i, at) in numbers.Index())
        {
            var bad = BadNumbers[i % BadNumbers.Length];
            Check($"{name}, {bad} at {at.Start}", await ReadAsync(Replaced(json, [at], bad)), whole);
        }
        foreach (var bad in BadNumbers)
            Check($"{name}, {bad} everywhere", await ReadAsync(Replaced(json, numbers, bad)), whole);
    }

    private static async Task WithBadTextsAsync(string name, byte[] json, string[] whole)
    {
        foreach (var bad in new[] { "\"\\ud800\"", "\"\"", "\"NaN\"", "\"-5\"", "\"1e300\"" })
        {
            Check(
                $"{name}, {bad} everywhere",
                await ReadAsync(Replaced(json, Tokens(json, JsonTokenType.String), bad)), whole);
        }
    }

    private static void CheckBlind(DriveReading drive, string what)
    {
        Assert.True(drive is { State: ReadState.Parse, Health: null, Report: null, LastSuccess: null }, what);
        Assert.StartsWith("smartctl printed ", drive.Message, StringComparison.Ordinal);
        Assert.InRange(drive.Message.Length, 1, 300);
        Assert.Empty(Lines(drive));
    }

    // Each value is that of the whole report, or absent, or from another source of the report.
    private static void Check(string what, DriveReading drive, string[] whole)
    {
        var before = whole.ToDictionary(line => line[..line.LastIndexOf(' ')], Value, StringComparer.Ordinal);
        var strange = Lines(drive).Except(whole, StringComparer.Ordinal)
            .Where(line => !IsFromElsewhere(
                line, before.TryGetValue(line[..line.LastIndexOf(' ')], out var value) ? value : null, drive.Health!));
        Assert.True(!strange.Any(), $"{what}: {string.Join("; ", strange)}");
        Assert.All(DrivesFindings.Judge(SomeDrives.Reading(drive)), finding => Assert.NotEmpty(finding.Summary));
    }

    private static bool IsFromElsewhere(string line, double? before, DriveHealth health) =>
        line.Split('{')[0][Prefix.Length..] switch
        {
            "endurance_used_ratio" or "self_test_last_passed" => before is null,
            "self_test_age_seconds" => Value(line) >= 0, // of another test
            "attributes_failing" => Value(line) == 0, // when_failed is a text, and may be the damaged one
            "power_on_seconds" => before - Value(line) is > 0 and < 3600, // without the minutes
            "healthy" => Value(line) == 0 && health.CriticalWarnings is null, // without the reason
            _ => false,
        };

    private static double Value(string line) =>
        double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static string[] Lines(DriveReading drive) =>
    [
        .. DrivesMetrics.Families.Text(SomeDrives.Reading(drive)).Samples()
            .Where(line => !NoValues.Any(name => line.StartsWith(Prefix + name, StringComparison.Ordinal))),
    ];

    private static Task<DriveReading> ReadAsync(byte[] output)
    {
        var answer = SmartctlOutput.Judge(
            new(ProcessEnd.Exited, 0, output, "", Task.CompletedTask), TimeSpan.FromSeconds(30), wasBusy: null);
        var schedule = new DriveSchedule(TimeSpan.FromMinutes(5), "cp-1");
        return new DriveReader(new FakeSmartctl(_ => answer), schedule, new FakeClock(SomeDrives.Noon)).ReadAsync(
            schedule.New(SomeDrives.Drive("sda"), SomeDrives.Noon), carriesRole: false, CancellationToken.None);
    }

    private static byte[] Replaced(byte[] json, List<(int Start, int Length)> tokens, string with)
    {
        var bytes = new List<byte>();
        var at = 0;
        foreach (var (start, length) in tokens)
        {
            bytes.AddRange(json.AsSpan(at, start - at));
            bytes.AddRange(Encoding.UTF8.GetBytes(with));
            at = start + length;
        }
        bytes.AddRange(json.AsSpan(at));
        return [.. bytes];
    }

    private static List<(int Start, int Length)> Tokens(byte[] json, JsonTokenType type)
    {
        var reader = new Utf8JsonReader(json);
        List<(int, int)> tokens = [];
        while (reader.Read())
        {
            if (reader.TokenType == type)
                tokens.Add(((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex)));
        }
        return tokens;
    }
}
