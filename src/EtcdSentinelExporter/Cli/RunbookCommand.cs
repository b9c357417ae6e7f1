using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Text;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>runbook NAME</c>: prints a runbook, for a node without a browser.</summary>
internal static class RunbookCommand
{
    public const string Name = "runbook";

    /// <summary>The command for the runbook of a finding.</summary>
    public static string For(ReportedFinding item) => $"etcd-sentinel-exporter {Name} {item.Finding.Code}";

    /// <param name="name">Name of the runbook; <see langword="null"/> for the list of names.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SettingValues settings, string? name, CommandContext context)
    {
        if (name is not null && !Runbooks.Names.Contains(name, StringComparer.Ordinal))
        {
            settings.AddProblem(Name, Nearest.To(name, Runbooks.Names) is { } near
                ? $"{Quoted.Text(name)}: unknown runbook; did you mean {near}?"
                : $"{Quoted.Text(name)}: unknown runbook; without a name, all are listed.");
        }
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        await context.Out.WriteAsync(name is null
            ? string.Concat(Runbooks.Names.Select(one => $"{one}\n"))
            : Runbooks.Read(name));
        return ExitCode.Done;
    }
}
