using System.Collections.Immutable;
using System.Text.Json;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Smart;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>One file of smart-agent, parsed once.</summary>
internal sealed class AgentEntry
{
    private const int LongestMessage = 300;

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    private readonly JsonElement _root;

    private AgentEntry(JsonElement root) => _root = root;

    /// <summary>Whether an agent of this version wrote it; the rest makes sense only then.</summary>
    public bool IsOurs => _root.Number("schema") == AgentFile.Schema;

    public string Device => _root.Text("device");

    /// <summary>As the kernel told it to the agent; may be empty.</summary>
    public string Serial => _root.Text("serial");

    public bool IsBehindController => _root.Flag("behind_controller") is true;

    /// <exception cref="FormatException">It breaks off, is no JSON, or has a key that is no text.</exception>
    public static AgentEntry Parse(byte[] file) => new(SmartJson.Parse(file));

    /// <summary>Whether it may be about this drive. A serial number that one side could not read proves
    /// nothing.</summary>
    public bool IsAbout(Drive drive) =>
        Device == drive.Device && (Serial.Length == 0 || drive.Serial.Length == 0 || Serial == drive.Serial);

    /// <summary>The drive as the file names it.</summary>
    /// <exception cref="FormatException">Behind a controller, and not at an address that settings
    /// could hold.</exception>
    public Drive Drive()
    {
        if (!IsBehindController)
            return new(Device, Serial, "/dev/" + Device, Type: null, new BlockDevice(Device, Serial, "", null, null));
        var address = DriveAddress.Parse($"{_root.Text("path")};{_root.Text("type")}");
        return address.Label == Device
            ? new(Device, Serial: "", address.Path, address.Type, Disk: null)
            : throw Wrong("device");
    }

    /// <summary>What it says about a drive.</summary>
    /// <exception cref="FormatException">Not what this version writes, or from the future.</exception>
    public (DriveReading Drive, AgentCadence Cadence, DateTimeOffset WrittenAt) Read(Drive drive, DateTimeOffset now)
    {
        var cadence = new AgentCadence(Duration("every_seconds"), Duration("renewed_within_seconds"));
        var latest = now + ClocksDiffer;
        var due = now + LongestBackoff + (cadence.Every * DriveSchedule.FreshPeriods);
        var written = Time("written_at", latest) ?? throw Wrong("written_at");
        return (WithHealth(new(drive)
        {
            State = _root.Text("state") is var state && ReadState.All.Contains(state, StringComparer.Ordinal)
                ? state : throw Wrong("state"),
            Message = Message(),
            LastAttempt = Time("at", latest),
            LastSuccess = Time("last_success", latest),
            LogsAt = Time("logs_at", latest),
            DueAt = Time("due_at", due) ?? throw Wrong("due_at"),
            LogsDueAt = Time("logs_due_at", due) ?? DateTimeOffset.MinValue,
            Took = _root.Number("took_seconds") is >= 0 and <= 864_000 and var took ? TimeSpan.FromSeconds(took) : null,
            ExitStatus = _root.Number("exit_code") is >= 0 and <= 255 and var bits ? (int)bits : null,
            Identity = Identity(),
            CarriesRole = _root.Flag("carries_role") is true,
            Deferrals = Count("deferred"),
            IdentityChanges = Count("identity_changes"),
            Paths = (int)Math.Clamp(Count("paths"), 1, 1000),
            Reads = ReadState.All.Where(one => _root.Has("reads", one)).ToImmutableSortedDictionary(
                one => one, one => (long)(_root.Count("reads", one) ?? 0), StringComparer.Ordinal),
        }), cadence, written);
    }

    private DriveReading WithHealth(DriveReading drive)
    {
        var report = _root.At("smartctl") is { } latest ? SmartReport.Of(latest) : null;
        var logs = _root.At("logs") is { } last ? SmartReport.Of(last) : null;
        return drive with
        {
            Report = report,
            LogsReport = logs,
            Health = report is null ? null : DriveDecoder.Decode(report, DriveLogs.Of(logs ?? report)),
        };
    }

    private DriveIdentity? Identity() => !_root.Has("identity") ? null : new(
        _root.Text("identity", "model"), _root.Text("identity", "family"), _root.Text("identity", "serial"),
        _root.Text("identity", "wwn"), _root.Text("identity", "firmware"), _root.Text("identity", "protocol"),
        _root.Flag("identity", "in_database"));

    // Longer than the texts of a drive: it goes into findings, never into a label.
    private string Message()
    {
        try
        {
            var text = _root.At("message") is { ValueKind: JsonValueKind.String } message
                ? message.GetString() ?? ""
                : "";
            return text.Length <= LongestMessage ? text : text[..LongestMessage];
        }
        catch (InvalidOperationException)
        {
            return ""; // half of a surrogate pair
        }
    }

    private TimeSpan Duration(string key) =>
        _root.Number(key) is >= 1 and <= 864_000 and var seconds ? TimeSpan.FromSeconds(seconds) : throw Wrong(key);

    private long Count(string key) => _root.Number(key) is >= 0 and <= 1e15 and var count ? (long)count : 0;

    private DateTimeOffset? Time(string key, DateTimeOffset latest) => _root.Number(key) switch
    {
        null => null,
        >= -62_135_596_800 and < 1e11 and var seconds =>
            UpTo(latest, DateTimeOffset.UnixEpoch.AddSeconds(seconds), key),
        _ => throw Wrong(key),
    };

    private static DateTimeOffset UpTo(DateTimeOffset latest, DateTimeOffset time, string key) => time <= latest
        ? time : throw new FormatException($"its {key} lies in the future; compare the clocks");

    private static FormatException Wrong(string key) =>
        new($"its {key} is not one that smart-agent of this version writes");
}
