using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Writes a plan as Markdown, for an issue or a chat.</summary>
internal static class PlanMarkdown
{
    public static string Write(RecoveryPlan plan)
    {
        var text = new StringBuilder($"# {Escaped(plan.Title)}\n");
        if (plan.ClusterId is { } id)
            text.Append($"\nCluster {id}.\n");
        List(text, "What was seen", plan.Causes);
        List(text, "Not now", [.. plan.Refusals.Select(one => $"{one.Code}: {one.Reason} {one.Remedy}")]);
        foreach (var (index, step) in plan.Steps.Index())
            Step(text, step, index + 1);
        List(text, "Notes", plan.Notes);
        return text.ToString();
    }

    private static void List(StringBuilder text, string heading, ImmutableArray<string> sentences)
    {
        if (sentences.IsEmpty)
            return;
        text.Append($"\n## {heading}\n\n");
        foreach (var sentence in sentences)
            text.Append($"- {Escaped(sentence)}\n");
    }

    private static void Step(StringBuilder text, RecoveryStep step, int number)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {number}. {Escaped(step.Title)}\n\n");
        Item(text, "Needs", step.Needs);
        Item(text, "Blocks", step.Blocks);
        foreach (var check in step.Before)
            Command(text, $"Before: {check.Says}", check.Command);
        foreach (var form in step.Commands)
            Command(text, $"Run {form.Where}", form.Command);
        Item(text, "Expect", step.Expected);
        foreach (var check in step.After)
            Command(text, $"After: {check.Says}", check.Command);
        Item(text, "If not", step.IfNot);
    }

    private static void Item(StringBuilder text, string word, string? sentence)
    {
        if (sentence is not null)
            text.Append($"- {word}: {Escaped(sentence)}\n");
    }

    // A code block shows the command as it is; no line of it can end the block.
    private static void Command(StringBuilder text, string says, string command) =>
        text.Append($"- {Escaped(says)}\n\n  ```sh\n  {command}\n  ```\n\n");

    // Only what would change the structure or become HTML: names stay readable.
    private static string Escaped(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal).Replace("<", @"\<", StringComparison.Ordinal)
        .Replace("`", @"\`", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal)
        .Replace("*", @"\*", StringComparison.Ordinal);
}
