using System.Text;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Writes a plan as plain text of 80 columns. A command is one line, however long: a wrapped one could not be
/// pasted.</summary>
internal static class PlanText
{
    private const int Width = 80;

    public static string Write(RecoveryPlan plan)
    {
        var text = new StringBuilder();
        Wrap(text, plan.Title.ToUpperInvariant() is var title && plan.ClusterId is { } id
            ? $"{title} (cluster {id})" : plan.Title.ToUpperInvariant(), "", "");
        List(text, plan.Verb is "nospace" or "fragmentation" ? "What filled it" : "What was seen", plan.Causes);
        Refusals(text, plan);
        foreach (var (index, step) in plan.Steps.Index())
            Step(text, step, index + 1, plan.Steps.Length);
        List(text, "Note", plan.Notes);
        return text.ToString();
    }

    private static void List(StringBuilder text, string heading, ImmutableArray<string> sentences)
    {
        if (sentences.IsEmpty)
            return;
        text.Append('\n').Append(heading.ToUpperInvariant()).Append('\n');
        foreach (var sentence in sentences)
            Wrap(text, sentence, "  - ", "    ");
    }

    private static void Refusals(StringBuilder text, RecoveryPlan plan)
    {
        if (plan.Refusals.IsEmpty)
            return;
        text.Append("\nNOT NOW: do not run the steps before this is solved\n");
        foreach (var refusal in plan.Refusals)
        {
            Wrap(text, $"{refusal.Code}: {refusal.Reason}", "  - ", "    ");
            Wrap(text, refusal.Remedy, "    ", "    ");
        }
    }

    private static void Step(StringBuilder text, RecoveryStep step, int number, int of)
    {
        text.Append('\n');
        Wrap(text, $"STEP {number} of {of}: {step.Title}", "", "  ");
        Sentence(text, "Needs", step.Needs);
        Sentence(text, "Blocks", step.Blocks);
        Checks(text, "Before", step.Before);
        if (step.Commands is [var only])
            Command(text, $"  Run {only.Where}:", only.Command);
        else if (!step.Commands.IsEmpty)
            text.Append("  Run one of these:\n");
        foreach (var form in step.Commands is [_] ? [] : step.Commands)
            Command(text, $"  - {form.Where}:", form.Command);
        Sentence(text, "Expect", step.Expected);
        Checks(text, "After", step.After);
        Sentence(text, "If not", step.IfNot);
    }

    private static void Checks(StringBuilder text, string word, ImmutableArray<StepCheck> checks)
    {
        foreach (var check in checks)
        {
            Sentence(text, word, check.Says);
            text.Append("    $ ").Append(check.Command).Append('\n');
        }
    }

    private static void Command(StringBuilder text, string heading, string command)
    {
        Wrap(text, heading, "", "    ");
        text.Append("    $ ").Append(command).Append('\n');
    }

    private static void Sentence(StringBuilder text, string word, string? sentence)
    {
        if (sentence is not null)
            Wrap(text, $"{word}: {sentence}", "  ", "    ");
    }

    private static void Wrap(StringBuilder text, string sentence, string first, string rest)
    {
        var line = first;
        var isEmpty = true;
        foreach (var word in sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                (line, isEmpty) = (rest, true);
            }
            line += isEmpty ? word : $" {word}";
            isEmpty = false;
        }
        text.Append(line).Append('\n');
    }
}
