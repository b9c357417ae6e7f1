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

    public static AgentFile Of(DriveReading drive, AgentCadence cadence, DateTimeOffset now) => new(
        CurrentSchema, drive.Drive.Device, drive.Drive.Serial, drive.Drive.Path, drive.Drive.Type ?? "",
        BehindController: drive.Drive.Disk is null, drive.CarriesRole, drive.State, drive.Message,
        cadence.Every.TotalSeconds, cadence.RenewedWithin.TotalSeconds,
        WrittenAt: AgentTimes.Seconds(now), At: AgentTimes.Seconds(drive.LastAttempt),
        LastSuccess: AgentTimes.Seconds(drive.LastSuccess), DueAt: AgentTimes.Seconds(drive.DueAt),
        LogsAt: AgentTimes.Seconds(drive.LogsAt), LogsDueAt: AgentTimes.Seconds(drive.LogsDueAt),
        drive.Took?.TotalSeconds, drive.ExitStatus,
        Deferred: drive.Deferrals, drive.IdentityChanges, drive.Paths, drive.Reads,
        drive.History == DriveHistory.None ? null : drive.History,
        drive.Identity, Smartctl: drive.Report, Logs: drive.LogsReport);

    /// <returns><see langword="null"/> if another version wrote it.</returns>
    /// <exception cref="FormatException">Truncated, not JSON, or with values of other types.</exception>
    public static AgentFile? Parse(byte[] json)
    {
        try
        {
            StrictJson.CheckKeys(json, AgentJson.MaxDepth);
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
            : throw AgentTimes.Invalid("device");
    }

    /// <summary>Decodes the content of the file.</summary>
    /// <exception cref="FormatException">A value is invalid, or its time is in the future.</exception>
    public (DriveReading Drive, AgentCadence Cadence, DateTimeOffset WrittenAt) Read(Drive drive, DateTimeOffset now)
    {
        var cadence = new AgentCadence(
            AgentTimes.Duration(EverySeconds, "every_seconds"),
            AgentTimes.Duration(RenewedWithinSeconds, "renewed_within_seconds"));
        var history = History?.Plausible() ?? DriveHistory.None;
        var due = now + MaxBackoff + (cadence.Every * DriveSchedule.FreshPeriods);
        var written = AgentTimes.Past(WrittenAt, now, "written_at") ?? throw AgentTimes.Invalid("written_at");
        return (new(drive)
        {
            State = ReadState.All.Contains(State, StringComparer.Ordinal) ? State : throw AgentTimes.Invalid("state"),
            Message = Cut(Message, MaxMessage),
            LastAttempt = AgentTimes.Past(At, now, "at"),
            LastSuccess = AgentTimes.Past(LastSuccess, now, "last_success"),
            LogsAt = AgentTimes.Past(LogsAt, now, "logs_at"),
            DueAt = AgentTimes.Due(DueAt, due, "due_at") ?? throw AgentTimes.Invalid("due_at"),
            LogsDueAt = AgentTimes.Due(LogsDueAt, due, "logs_due_at") ?? DateTimeOffset.MinValue,
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

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

}
