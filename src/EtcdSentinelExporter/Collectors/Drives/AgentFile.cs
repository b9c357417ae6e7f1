using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using EtcdSentinelExporter.Smart;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>What smart-agent writes about one drive: one JSON object per file, which <see cref="AgentEntry"/>
/// reads.</summary>
/// <remarks>Points in time are Unix seconds. What is not known is left out.</remarks>
internal static class AgentFile
{
    public const int Schema = 1;

    /// <summary>Bytes that are read of a file: two reports of the size that is read of smartctl, and some
    /// room.</summary>
    public const int Largest = 5 << 20;

    public static byte[] Write(DriveReading drive, AgentCadence cadence, DateTimeOffset now)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            WriteDrive(json, drive.Drive);
            json.WriteBoolean("carries_role", drive.CarriesRole);
            json.WriteString("state", drive.State);
            json.WriteString("message", drive.Message);
            json.WriteNumber("every_seconds", cadence.Every.TotalSeconds);
            json.WriteNumber("renewed_within_seconds", cadence.RenewedWithin.TotalSeconds);
            WriteTimes(json, drive, now);
            WriteCounts(json, drive);
            Write(json, drive.Identity);
            Write(json, "smartctl", drive.Report);
            Write(json, "logs", drive.LogsReport);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteDrive(Utf8JsonWriter json, Drive drive)
    {
        json.WriteString("device", drive.Device);
        json.WriteString("serial", drive.Serial);
        json.WriteString("path", drive.Path);
        json.WriteString("type", drive.Type ?? "");
        json.WriteBoolean("behind_controller", drive.Disk is null);
    }

    private static void WriteTimes(Utf8JsonWriter json, DriveReading drive, DateTimeOffset now)
    {
        Write(json, "written_at", now);
        Write(json, "at", drive.LastAttempt);
        Write(json, "last_success", drive.LastSuccess);
        Write(json, "due_at", drive.DueAt);
        Write(json, "logs_at", drive.LogsAt);
        Write(json, "logs_due_at", drive.LogsDueAt);
    }

    private static void WriteCounts(Utf8JsonWriter json, DriveReading drive)
    {
        if (drive.Took is { } took)
            json.WriteNumber("took_seconds", took.TotalSeconds);
        if (drive.ExitStatus is { } status)
            json.WriteNumber("exit_code", status);
        json.WriteNumber("deferred", drive.Deferrals);
        json.WriteNumber("identity_changes", drive.IdentityChanges);
        json.WriteNumber("paths", drive.Paths);
        json.WriteStartObject("reads");
        foreach (var (state, count) in drive.Reads)
            json.WriteNumber(state, count);
        json.WriteEndObject();
    }

    // Written beside the report, which is withdrawn when it is old: who a drive is does not age.
    private static void Write(Utf8JsonWriter json, DriveIdentity? identity)
    {
        if (identity is null)
            return;
        json.WriteStartObject("identity");
        json.WriteString("model", identity.Model);
        json.WriteString("family", identity.Family);
        json.WriteString("serial", identity.Serial);
        json.WriteString("wwn", identity.WorldWideName);
        json.WriteString("firmware", identity.Firmware);
        json.WriteString("protocol", identity.Protocol);
        if (identity.IsInDatabase is { } known)
            json.WriteBoolean("in_database", known);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteNumber(key, known.ToUnixTimeMilliseconds() / 1000.0);
    }

    private static void Write(Utf8JsonWriter json, string key, SmartReport? report)
    {
        if (report is null)
            return;
        json.WritePropertyName(key);
        // As smartctl printed it: WriteTo decodes each text, and throws for one that is none.
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(report.Root), skipInputValidation: true);
    }
}
