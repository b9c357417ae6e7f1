using System.Text.Json;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>smart-agent's file about one drive: one JSON object, whose keys are these parameters in snake
/// case.</summary>
/// <remarks>Points in time are Unix seconds. Unknown values are left out. <paramref name="Serial"/> comes from the
/// kernel, <paramref name="Identity"/> from the drive.</remarks>
/// <param name="Identity">Kept apart from the reports, which are withdrawn when they are old: an identity does not
/// age.</param>
/// <param name="Smartctl">The latest report, as smartctl printed it.</param>
/// <param name="Logs">The latest report with logs.</param>
internal sealed record AgentFile(
    int Schema, string Device = "", string Serial = "", string Path = "", string Type = "",
    bool BehindController = false, bool CarriesRole = false, string State = "", string Message = "",
    double EverySeconds = 0, double RenewedWithinSeconds = 0,
    double? WrittenAt = null, double? At = null, double? LastSuccess = null, double? DueAt = null,
    double? LogsAt = null, double? LogsDueAt = null, double? TookSeconds = null, int? ExitCode = null,
    long Deferred = 0, long IdentityChanges = 0, int Paths = 1, IReadOnlyDictionary<string, long>? Reads = null,
    DriveHistory? History = null,
    DriveIdentity? Identity = null, SmartReport? Smartctl = null, SmartReport? Logs = null)
{
    /// <summary>Maximum size of a file in bytes: two reports of maximum size, and some room.</summary>
    public const int MaxSize = 5 << 20;

    private const int CurrentSchema = 1;
    private const int MaxMessage = 300;

    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(5);

    public static AgentFile Of(DriveReading drive, AgentCadence cadence, DateTimeOffset now) => new(
        CurrentSchema, drive.Drive.Device, drive.Drive.Serial, drive.Drive.Path, drive.Drive.Type ?? "",
        BehindController: drive.Drive.Disk is null, drive.CarriesRole, drive.State, drive.Message,
        cadence.Every.TotalSeconds, cadence.RenewedWithin.TotalSeconds,
        WrittenAt: Seconds(now), At: Seconds(drive.LastAttempt), Seconds(drive.LastSuccess), Seconds(drive.DueAt),
        LogsAt: Seconds(drive.LogsAt), LogsDueAt: Seconds(drive.LogsDueAt), drive.Took?.TotalSeconds, drive.ExitStatus,
        Deferred: drive.Deferrals, drive.IdentityChanges, drive.Paths, drive.Reads,
        drive.History == DriveHistory.None ? null : drive.History,
        drive.Identity, Smartctl: drive.Report, Logs: drive.LogsReport);

    /// <returns><see langword="null"/> if another version wrote it.</returns>
    /// <exception cref="FormatException">Truncated, not JSON, or with values of other types.</exception>
    public static AgentFile? Parse(byte[] json)
    {
        try
        {
            SmartJson.CheckKeys(json, AgentJson.MaxDepth);
            // Parse the version alone first: values of another version may have other types.
            return JsonSerializer.Deserialize(json, AgentJson.Default.AgentVersion)?.Schema is CurrentSchema
                ? JsonSerializer.Deserialize(json, AgentJson.Default.AgentFile)
                : null;
        }
        catch (JsonException e)
        {
            // The message contains keys, which may be of any length.
            throw new FormatException(Cut(e.Message, MaxMessage), e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentFile);

    /// <summary>True if the file may be about this drive. An unknown serial number on either side matches
    /// any.</summary>
    public bool IsAbout(Drive drive) =>
        Device == drive.Device && (Serial.Length == 0 || drive.Serial.Length == 0 || Serial == drive.Serial);

    /// <summary>Returns the drive that the file describes.</summary>
    /// <exception cref="FormatException">The drive is behind a controller, and its address is invalid.</exception>
    public Drive ToDrive()
    {
        if (!BehindController)
            return Drive.Of(new BlockDevice(Device, Serial, "", null, null), type: null);
        var address = DriveAddress.Parse($"{Path};{Type}");
        return address.Label == Device
            ? new(Device, Serial: "", address.Path, address.Type, Disk: null)
            : throw Invalid("device");
    }

    /// <summary>Decodes the content of the file.</summary>
    /// <exception cref="FormatException">A value is invalid, or its time is in the future.</exception>
    public (DriveReading Drive, AgentCadence Cadence, DateTimeOffset WrittenAt) Read(Drive drive, DateTimeOffset now)
    {
        var cadence = new AgentCadence(
            Duration(EverySeconds, "every_seconds"), Duration(RenewedWithinSeconds, "renewed_within_seconds"));
        var history = History?.Plausible() ?? DriveHistory.None;
        var latest = now + MaxClockDifference;
        var due = now + MaxBackoff + (cadence.Every * DriveSchedule.FreshPeriods);
        var written = Time(WrittenAt, latest, "written_at") ?? throw Invalid("written_at");
        return (new(drive)
        {
            State = ReadState.All.Contains(State, StringComparer.Ordinal) ? State : throw Invalid("state"),
            Message = Cut(Message, MaxMessage),
            LastAttempt = Time(At, latest, "at"),
            LastSuccess = Time(LastSuccess, latest, "last_success"),
            LogsAt = Time(LogsAt, latest, "logs_at"),
            DueAt = Time(DueAt, due, "due_at") ?? throw Invalid("due_at"),
            LogsDueAt = Time(LogsDueAt, due, "logs_due_at") ?? DateTimeOffset.MinValue,
            Took = TookSeconds is >= 0 and <= 864_000 and var took ? TimeSpan.FromSeconds(took) : null,
            ExitStatus = ExitCode is >= 0 and <= 255 ? ExitCode : null,
            History = history,
            Identity = Identity?.Bounded(),
            CarriesRole = CarriesRole,
            Deferrals = Math.Max(0, Deferred),
            IdentityChanges = Math.Max(0, IdentityChanges),
            Paths = Math.Clamp(Paths, 1, 1000),
            Reads = (Reads ?? ImmutableDictionary<string, long>.Empty)
                .Where(read => ReadState.All.Contains(read.Key, StringComparer.Ordinal))
                .ToImmutableSortedDictionary(read => read.Key, read => Math.Max(0, read.Value), StringComparer.Ordinal),
            Report = Smartctl,
            LogsReport = Logs,
            Health = Smartctl is null ? null
                : DriveDecoder.Decode(Smartctl, DriveLogs.Of(Logs ?? Smartctl), history.Endurance),
        }, cadence, written);
    }

    private static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / 1000.0;

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static TimeSpan Duration(double seconds, string key) =>
        seconds is >= 1 and <= 864_000 ? TimeSpan.FromSeconds(seconds) : throw Invalid(key);

    private static DateTimeOffset? Time(double? seconds, DateTimeOffset latest, string key) => seconds switch
    {
        null => null,
        >= -62_135_596_800 and < 1e11 and var known =>
            UpTo(latest, DateTimeOffset.UnixEpoch.AddSeconds(known), key),
        _ => throw Invalid(key),
    };

    private static DateTimeOffset UpTo(DateTimeOffset latest, DateTimeOffset time, string key) => time <= latest
        ? time : throw new AgentClockException($"its {key} is in the future; compare the clocks");

    private static FormatException Invalid(string key) =>
        new($"its {key} is invalid for this version of smart-agent");
}
