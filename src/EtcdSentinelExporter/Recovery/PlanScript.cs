using System.Text;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Writes a plan as a bash script that asks before each step and stops at the first surprise.</summary>
internal static class PlanScript
{
    private const string Head = """
        #!/usr/bin/env bash
        # Asks before each step, and stops at the first surprise. It is for this cluster as it was when the script was
        # written: write it anew if something changed since.
        set -u -o pipefail

        stop() { printf 'Stopped: %s\n' "$1" >&2; exit 1; }
        ask() {
          local answer=
          read -r -p "$1 [yes/no] " answer || true
          [ "$answer" = yes ] || stop 'nothing of this step was done.'
        }
        expect() { grep -Eq -e "$1" <<<"$2" || stop "$3"; }


        """;

    public static string Write(RecoveryPlan plan)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        Say(text, plan.ClusterId is { } id ? $"{plan.Title} (cluster {id})" : plan.Title);
        foreach (var cause in plan.Causes)
            Say(text, $"- {cause}");
        foreach (var refusal in plan.Refusals)
            Say(text, $"NOT NOW: {refusal.Code}: {refusal.Reason} {refusal.Remedy}");
        if (!plan.Refusals.IsEmpty)
            return text.Append("stop 'the plan is refused, for the reasons above.'\n").ToString();
        foreach (var (index, step) in plan.Steps.Index())
            Step(text, step, $"Step {index + 1} of {plan.Steps.Length}: {step.Title}");
        return text.Append("printf 'Done.\\n'\n").ToString();
    }

    private static void Step(StringBuilder text, RecoveryStep step, string title)
    {
        text.Append('\n');
        Say(text, title);
        foreach (var says in (string?[])[step.Needs, step.Blocks])
        {
            if (says is not null)
                Say(text, says);
        }
        var otherwise = step.IfNot ?? "look at what was printed.";
        if (step.Commands is not [var best, ..])
        {
            Checks(text, step.Before, "before", otherwise);
            text.Append("ask 'Is this done?'\n");
        }
        else
        {
            // Checks follow the answer, which may come hours later.
            text.Append($"cat <<'END'\n  $ {best.Command}\nEND\nask 'Run this?'\n");
            Checks(text, step.Before, "before", otherwise);
            var expect = step.ExpectOf(best);
            Run(text, best.Command, expect, expect is null ? otherwise : $"expected {expect.Says} {otherwise}");
        }
        Checks(text, step.After, "after", otherwise);
    }

    private static void Checks(StringBuilder text, ImmutableArray<StepCheck> checks, string when, string otherwise)
    {
        foreach (var check in checks)
        {
            Run(text, check.Command, check.Pattern is { } pattern ? new(check.Says, pattern) : null,
                $"{when} this step: {check.Says} {otherwise}");
        }
    }

    private static void Run(StringBuilder text, string command, ExpectedOutput? expect, string otherwise)
    {
        var quoted = Quoted(otherwise.Trim());
        var failed = expect?.AfterFailure is { } pattern
            ? $"expect {Quoted(pattern)} \"$output\" {quoted}" : $"stop {quoted}";
        // A command that reads its input would take the answers.
        text.Append($"code=0\noutput=$({{ {command}; }} 2>&1 </dev/null) || code=$?\n")
            .Append("printf '%s\\n' \"$output\"\n")
            .Append($"[ \"$code\" -eq 0 ] || {failed}\n");
        if (expect is not null)
            text.Append($"expect {Quoted(expect.Pattern)} \"$output\" {quoted}\n");
    }

    private static void Say(StringBuilder text, string sentence) =>
        text.Append($"printf '%s\\n' {Quoted(sentence)}\n");

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
