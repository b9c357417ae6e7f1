using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Writes a plan as JSON.</summary>
internal static class PlanJson
{
    public static byte[] Write(RecoveryPlan plan)
    {
        var to = new ArrayBufferWriter<byte>();
        // Commands are full of quotes, and stay readable.
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(to, options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", RecoveryPlan.Schema);
            json.WriteString("verb", plan.Verb);
            json.WriteString("title", plan.Title);
            json.WriteString("cluster_id", plan.ClusterId);
            Array(json, "causes", plan.Causes, (to, sentence) => to.WriteStringValue(sentence));
            Array(json, "refusals", plan.Refusals, Refusal);
            Array(json, "steps", plan.Steps, Step);
            Array(json, "notes", plan.Notes, (to, sentence) => to.WriteStringValue(sentence));
            json.WriteEndObject();
        }
        return [.. to.WrittenSpan, (byte)'\n'];
    }

    private static void Refusal(Utf8JsonWriter json, PlanRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteString("code", refusal.Code);
        json.WriteString("reason", refusal.Reason);
        json.WriteString("remedy", refusal.Remedy);
        json.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter json, RecoveryStep step)
    {
        json.WriteStartObject();
        json.WriteString("title", step.Title);
        json.WriteString("needs", step.Needs);
        json.WriteString("blocks", step.Blocks);
        Array(json, "before", step.Before, Check);
        Array(json, "commands", step.Commands, (to, form) => Command(to, form, step.ExpectOf(form)));
        json.WriteString("expect", step.Expected);
        json.WriteString("expect_pattern", step.Commands is [var best, ..] ? step.ExpectOf(best)?.Pattern : null);
        Array(json, "after", step.After, Check);
        json.WriteString("if_not", step.IfNot);
        json.WriteEndObject();
    }

    private static void Check(Utf8JsonWriter json, StepCheck check)
    {
        json.WriteStartObject();
        json.WriteString("says", check.Says);
        json.WriteString("command", check.Command);
        json.WriteString("pattern", check.Pattern);
        json.WriteEndObject();
    }

    private static void Command(Utf8JsonWriter json, CommandForm form, ExpectedOutput? expect)
    {
        json.WriteStartObject();
        json.WriteString("where", form.Where);
        json.WriteString("command", form.Command);
        json.WriteString("expect_pattern", expect?.Pattern);
        json.WriteEndObject();
    }

    private static void Array<T>(
        Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }
}
