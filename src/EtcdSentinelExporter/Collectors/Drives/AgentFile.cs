using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using EtcdSentinelExporter.Smart;

namespace EtcdSentinelExporter.Collectors.Drives;

/// <summary>What smart-agent writes about one drive, and the exporter reads: one JSON object per file.</summary>
/// <remarks>Points in time are Unix seconds. What is not known is left out.</remarks>
internal static class AgentFile
{
    public const int Schema = 1;

    /// <summary>Bytes that are read of a file: two reports of the size that is read of smartctl, and some
    /// room.</summary>
    public const int Largest = 5 << 20;

    public static byte[] Write(DriveReading drive, TimeSpan every)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("device", drive.Drive.Device);
            json.WriteString("path", drive.Drive.Path);
            json.WriteString("type", drive.Drive.Type ?? "");
            json.WriteBoolean("behind_controller", drive.Drive.Disk is null);
            json.WriteString("state", drive.State);
            json.WriteString("message", drive.Message);
            json.WriteNumber("every_seconds", every.TotalSeconds);
            Write(json, "at", drive.LastAttempt);
            Write(json, "last_success", drive.LastSuccess);
            json.WriteNumber("due_at", Unix(drive.DueAt));
            WriteCounts(json, drive);
            Write(json, "smartctl", drive.Report);
            Write(json, "logs", drive.LogsReport);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>What a file says about a drive.</summary>
    /// <param name="drive">As it is known here; <see langword="null"/> to take it from the file, which then must be
    /// about
    /// one behind a controller.</param>
    /// <returns>The drive, and how often the agent asks it.</returns>
    /// <exception cref="FormatException">Not what this version writes.</exception>
    public static (DriveReading Drive, TimeSpan Every) Read(byte[] file, Drive? drive)
    {
        var root = Parse(file);
        var every = TimeSpan.FromSeconds(root.Number("every_seconds") is >= 1 and <= 864_000 and var seconds
            ? seconds : throw Wrong("every_seconds"));
        var state = root.Text("state") is var said && ReadState.All.Contains(said, StringComparer.Ordinal) ? said : throw Wrong("state");
        var report = root.Has("smartctl") ? SmartReport.Of(root.At("smartctl")!.Value) : null;
        var logs = root.Has("logs") ? SmartReport.Of(root.At("logs")!.Value) : null;
        return (new(drive ?? BehindController(root))
        {
            State = state,
            Message = root.Text("message"),
            LastAttempt = Time(root, "at"),
            LastSuccess = Time(root, "last_success"),
            DueAt = Time(root, "due_at") ?? throw Wrong("due_at"),
            Took = root.Number("took_seconds") is >= 0 and <= 864_000 and var took ? TimeSpan.FromSeconds(took) : null,
            ExitStatus = root.Number("exit_code") is >= 0 and <= 255 and var bits ? (int)bits : null,
            Identity = report is null ? null : DriveIdentity.Of(report),
            Report = report,
            LogsReport = logs,
            Health = report is null ? null : DriveDecoder.Decode(report, DriveLogs.Of(logs ?? report)),
            Deferrals = Count(root, "deferred"),
            IdentityChanges = Count(root, "identity_changes"),
            Paths = (int)Math.Clamp(Count(root, "paths"), 1, 1000),
            Reads = ReadState.All.Where(one => root.Has("reads", one))
                .ToImmutableSortedDictionary(one => one, one => (long)(root.Count("reads", one) ?? 0), StringComparer.Ordinal),
        }, every);
    }

    /// <summary>Which drive a file is about, by what it says itself.</summary>
    /// <exception cref="FormatException">Not what this version writes.</exception>
    public static (string Device, bool IsBehindController) Subject(byte[] file)
    {
        var root = Parse(file);
        return (root.Text("device"), root.Flag("behind_controller") is true);
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

    private static void Write(Utf8JsonWriter json, string key, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteNumber(key, Unix(known));
    }

    private static void Write(Utf8JsonWriter json, string key, SmartReport? report)
    {
        if (report is null)
            return;
        json.WritePropertyName(key);
        report.Root.WriteTo(json);
    }

    private static JsonElement Parse(byte[] file)
    {
        try
        {
            using var document = JsonDocument.Parse(file);
            var root = document.RootElement.Clone();
            return root.Number("schema") == Schema ? root : throw Wrong("schema");
        }
        catch (JsonException e)
        {
            throw new FormatException($"no JSON, or it breaks off: {e.Message}", e);
        }
    }

    private static Drive BehindController(JsonElement root) =>
        new(root.Text("device"), Serial: "", root.Text("path"), root.Text("type"), Disk: null);

    private static long Count(JsonElement root, string key) =>
        root.Number(key) is >= 0 and <= 1e15 and var count ? (long)count : 0;

    private static double Unix(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static DateTimeOffset? Time(JsonElement root, string key) => root.Number(key) switch
    {
        null => null,
        >= 0 and < 1e11 and var seconds => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)),
        _ => throw Wrong(key),
    };

    private static FormatException Wrong(string key) =>
        new($"its {key} is not one that smart-agent of this version writes");
}
