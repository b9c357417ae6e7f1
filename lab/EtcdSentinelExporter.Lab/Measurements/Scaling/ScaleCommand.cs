using System.CommandLine;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>The verb <c>bench scale</c>.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var seconds = BenchCommand.Count("--seconds", "Seconds over which each step is measured.", 30);
        var only = new Option<string[]>("--only")
        {
            Description = "Only these dimensions.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. ScaleSteps.Names]);
        var quick = new Option<bool>("--quick") { Description = "The first two steps of each dimension." };
        Command command = new(
            "scale", "Measures what a poll costs as the work grows: members, certificates, drives, mounts, processes, "
                + "scrapers.")
        {
            seconds, only, quick, BenchCommand.Exporter,
        };
        command.SetAction(result => BenchCommand.RunAsync(async () =>
        {
            var exporter = await BenchCommand.ExporterAsync(result);
            await Console.Out.WriteLineAsync(await BenchCommand.MachineAsync());
            await new ScaleBench(
                new(exporter, result.GetValue(seconds), result.GetValue(quick), [.. result.GetValue(only) ?? []]),
                Console.Out).RunAsync();
        }));
        return command;
    }
}
