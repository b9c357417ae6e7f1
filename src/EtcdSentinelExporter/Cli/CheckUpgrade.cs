using System.Text;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Cli;

/// <summary>Prints the plan of <c>check --upgrade</c>.</summary>
internal static class CheckUpgrade
{
    /// <exception cref="FormatException">Not a minor version.</exception>
    public static EtcdVersion? Parse(string text) => text is "" ? null
        : EtcdVersion.Parse(text + ".0") ?? throw new FormatException("write a minor version such as 3.6.");

    /// <returns>The exit code: 0 if nothing that is known here is in the way.</returns>
    public static async Task<int> WriteAsync(NodeState state, EtcdVersion target, TextWriter output)
    {
        var plan = UpgradePlan.Of(state, target);
        await output.WriteAsync(Text(plan));
        await output.FlushAsync(CancellationToken.None);
        return plan.Blockers.IsEmpty ? ExitCode.Done : ExitCode.Warning;
    }

    private static string Text(UpgradePlan plan)
    {
        var text = new StringBuilder();
        var minor = plan.Target.MinorText;
        text.Append(plan.Blockers.IsEmpty
            ? $"Nothing that is known here is in the way of etcd {minor}.\n"
            : $"etcd may not go to {minor} yet:\n");
        Add(text, plan.Blockers, _ => "- ");
        text.Append("\nCheck:\n");
        Add(text, plan.Checks, _ => "- ");
        text.Append(plan.Blockers.IsEmpty ? "\nThen:\n" : "\nAfter that:\n");
        Add(text, plan.Steps, number => $"{number}. ");
        return text.ToString();
    }

    private static void Add(StringBuilder text, ImmutableArray<string> lines, Func<int, string> mark)
    {
        for (var number = 1; number <= lines.Length; number++)
            text.Append(mark(number)).Append(lines[number - 1]).Append('\n');
    }
}
