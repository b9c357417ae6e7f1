using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EtcdSentinelExporter.Recovery;

/// <summary>One line of the journal.</summary>
/// <param name="Cluster">ID in hexadecimal.</param>
/// <param name="Event">One of the constants.</param>
/// <param name="Step">Such as <c>compact</c>.</param>
/// <param name="Member">ID of the member in hexadecimal; empty if the step is about all.</param>
/// <param name="Text">For people.</param>
internal sealed record JournalEntry(
    DateTimeOffset At, string Cluster, string Event, string Step, string Member, string Text)
{
    public const string Begin = "begin";
    public const string End = "end";
    public const string Stop = "stop";
    public const string Done = "done";

    /// <summary>Revision that the step is about; 0 for none.</summary>
    public long Revision { get; init; }

    public string Shown => string.Create(
        CultureInfo.InvariantCulture, $"{At.UtcDateTime:HH:mm:ss} {(Event is Stop ? "STOPPED " : "")}{Text}");

    public byte[] ToLine()
    {
        var to = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("at", At.UtcDateTime);
            json.WriteString("cluster", Cluster);
            json.WriteString("event", Event);
            json.WriteString("step", Step);
            json.WriteString("member", Member);
            json.WriteNumber("revision", Revision);
            json.WriteString("text", Text);
            json.WriteEndObject();
        }
        return [.. to.WrittenSpan, (byte)'\n'];
    }

    /// <returns><see langword="null"/> if the line is not one of a journal, or was cut off.</returns>
    public static JournalEntry? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(line));
            return new(
                json.RootElement.GetProperty("at").GetDateTimeOffset(), Word("cluster"), Word("event"), Word("step"),
                Word("member"), Word("text"))
            {
                Revision = json.RootElement.GetProperty("revision").GetInt64(),
            };

            string Word(string name) => json.RootElement.GetProperty(name).GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return null;
        }
    }
}
