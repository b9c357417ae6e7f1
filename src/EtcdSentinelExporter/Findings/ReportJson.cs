using System.Buffers;
using System.Text.Json;

namespace EtcdSentinelExporter.Findings;

/// <summary>Writes a report as JSON; <c>docs/status.schema.json</c> describes it.</summary>
internal static class ReportJson
{
    public static byte[] Write(Report report)
    {
        var to = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Report.Schema);
            json.WriteString("at", report.At.UtcDateTime);
            json.WriteString("node", report.Node);
            json.WriteString("version", report.Version);
            json.WriteString("status", report.StatusWord);
            json.WriteString("verdict", report.Verdict);
            JsonArray.Write(json, "causes", report.Causes, Cause);
            JsonArray.Write(json, "findings", report.Findings, Finding);
            JsonArray.Write(json, "notes", report.Notes, (to, note) => to.WriteStringValue(note));
            json.WriteStartObject("tables");
            foreach (var table in report.Tables)
                JsonArray.Write(json, table.Key, table.Rows, (to, row) => Row(to, table, row));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return [.. to.WrittenSpan, (byte)'\n'];
    }

    private static void Cause(Utf8JsonWriter json, CauseLink link)
    {
        json.WriteStartObject();
        json.WriteString("link", link.Name);
        json.WriteString("evidence", link.Evidence);
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, ReportedFinding item)
    {
        json.WriteStartObject();
        json.WriteString("code", item.Finding.Code);
        json.WriteString("severity", Report.Word(item.Finding.Severity));
        json.WriteString("collector", item.Collector);
        json.WriteString("subject", item.Finding.Subject);
        json.WriteString("summary", item.Finding.Summary);
        json.WriteString("next_step", item.Finding.NextStep);
        json.WriteString("command", item.Command);
        json.WriteString("runbook", item.Runbook);
        json.WriteEndObject();
    }

    private static void Row(Utf8JsonWriter json, ReportTable table, ImmutableArray<ReportCell> row)
    {
        json.WriteStartObject();
        foreach (var (column, cell) in table.Columns.Zip(row))
        {
            json.WritePropertyName(column.Key);
            switch (cell)
            {
                case { Word: { } word }: json.WriteStringValue(word); break;
                case { Number: { } number }: json.WriteNumberValue(number); break;
                case { Flag: { } flag }: json.WriteBooleanValue(flag); break;
                default: json.WriteNullValue(); break;
            }
        }
        json.WriteEndObject();
    }
}
