using System.CommandLine;
using System.Diagnostics;
using EtcdSentinelExporter.Lab.Dashboards;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>The verb <c>draw-incident</c>: what the dashboards show of an incident.</summary>
internal static class DrawIncidentCommand
{
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var exporter = new Option<string?>("--exporter")
        {
            Description = "Run this exporter instead of the build of the sources.",
            HelpName = "BINARY",
        };
        string[] names = [.. Incident.Names, Incident.Healthy];
        var name = new Argument<string>("name") { Description = $"One of: {string.Join(", ", names)}." };
        name.AcceptOnlyFromAmong(names);
        Command command = new("draw-incident", """
            Makes an incident happen, waits until its alerts fire, runs every query of the dashboards and draws what
            they return into artifacts/dashboards/NAME. Exit code: 0 if each query returned what is shown.
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
            Incident.Create(name, minutes: 3), EtcdBinary.Default, exporter, Stopwatch.StartNew());
        await run.RunAsync();
        return await DashboardsCommand.TryAsync(
            run.Lab.Prometheus.Address, run.Elapsed + s_before, Path.Combine(Repo.Artifacts, "dashboards", name));
    }
}
