using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdSentinelExporter.Findings;

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
            JsonArray.Write(json, "causes", plan.Causes, (to, sentence) => to.WriteStringValue(sentence));
            JsonArray.Write(json, "refusals", plan.Refusals, Refusal);
            JsonArray.Write(json, "steps", plan.Steps, Step);
            JsonArray.Write(json, "notes", plan.Notes, (to, sentence) => to.WriteStringValue(sentence));
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
        JsonArray.Write(json, "before", step.Before, Check);
        JsonArray.Write(json, "commands", step.Commands, (to, form) => Command(to, form, step.ExpectOf(form)));
        json.WriteString("expect", step.Expected);
        json.WriteString("expect_pattern", step.Commands is [var best, ..] ? step.ExpectOf(best)?.Pattern : null);
        JsonArray.Write(json, "after", step.After, Check);
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
}
