using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>The verb <c>draw-incident</c>: a picture of the Overview in docs/chains.</summary>
internal static class DrawIncidentCommand
{
    public static Command Create()
    {
        var exporter = new Option<string?>("--exporter")
        {
            Description = "Run this exporter instead of the build of the sources.",
            HelpName = "BINARY",
        };
        var name = new Argument<string>("name") { Description = $"One of: {string.Join(", ", Incident.Names)}." };
        name.AcceptOnlyFromAmong([.. Incident.Names]);
        Command command = new("draw-incident", """
            Makes an incident happen, waits until its alerts fire, asks every query of the dashboards
            (scripts/check-dashboards) and draws docs/chains/NAME.svg. Exit code: 0 if all answers were as expected.
            """) { exporter, name };
        command.SetAction(async parsed =>
        {
            Installer.InstallForDemo();
            var program = parsed.GetValue(exporter) is { } file ? Path.GetFullPath(file) : Sentinel.Program;
            return await LabSession.RunAsync(
                await LabPlace.ChooseAsync(), keeps: false, () => DrawAsync(parsed.GetValue(name)!, program));
        });
        return command;
    }

    private static async Task<int> DrawAsync(string name, string exporter)
    {
        var run = await IncidentRun.StartAsync(
            Incident.Create(name, minutes: 0), EtcdBinary.Default, exporter, Stopwatch.StartNew());
        await run.RunAsync();
        var prometheus = run.Lab.Prometheus.Address.AbsoluteUri.TrimEnd('/');
        var code = await RunScriptAsync("check-dashboards", "--incident", name, prometheus);
        var seconds = run.Elapsed.TotalSeconds;
        return Math.Max(code, await RunScriptAsync(
            "draw-chain", "--minutes", Text((seconds + 30) / 60), "--ago", Text(seconds),
            "--title", $"{name}: {run.Story}", prometheus, Path.Combine(Repo.Root, $"docs/chains/{name}.svg")));
    }

    private static async Task<int> RunScriptAsync(string script, params string[] arguments)
    {
        var (code, output) = await CleanProcess.TryRunAsync(Path.Combine(Repo.Root, "scripts", script), arguments);
        Console.Write(output);
        return code;
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
