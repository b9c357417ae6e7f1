using System.CommandLine;
using System.Globalization;
using EtcdSentinelExporter.Lab.Installing;
using EtcdSentinelExporter.Lab.Measurements;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>The verb <c>soak</c>.</summary>
internal static class SoakCommand
{
    private const double MaxHours = 200;
    private const double MaxWarmUp = 0.5;

    private static readonly string s_folder = Path.Combine(Repo.Artifacts, "soak");

    public static Command Create()
    {
        var hours = new Argument<double>("hours") { Description = "Length of the run: 2, or 0.2 for twelve minutes." };
        hours.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.02 and <= MaxHours))
                result.AddError($"soak needs a number of hours from 0.02 to {MaxHours}");
        });
        var seed = new Option<int?>("--seed")
        {
            Description = "Repeats the faults of an earlier run, but for their moments.",
        };
        var warmUp = new Option<double?>("--warm-up")
        {
            Description = "Hours that the judgement of memory leaves out; a quarter of the run, at most half an hour.",
        };
        var exporter = new Option<string?>("--exporter")
        {
            Description = "Run this program instead of publishing the sources.",
        };
        warmUp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } left && !(left >= 0 && left < result.GetValue(hours)))
                result.AddError("--warm-up needs a number of hours that is less than that of the run");
        });
        Command soak = new("soak",
            "Runs the exporter at 100 times its cadence among faults; exit code 1 if it leaks or is slow.")
        {
            hours, seed, warmUp, exporter,
        };
        soak.SetAction(async parsed =>
        {
            Installer.Install(checks: false, peers: true);
            var length = parsed.GetValue(hours);
            var options = new SoakOptions(
                TimeSpan.FromHours(length),
                TimeSpan.FromHours(parsed.GetValue(warmUp) ?? Math.Min(MaxWarmUp, length / 4)),
                parsed.GetValue(seed) ?? Random.Shared.Next(100_000),
                (parsed.GetValue(exporter) ?? Environment.GetEnvironmentVariable("ETCD_SENTINEL_EXPORTER")) is { } given
                    ? Path.GetFullPath(given)
                    : await Published.ExporterAsync(),
                s_folder);
            return await LabSession.RunAsync(await LabPlace.ChooseAsync(), keeps: false, () => RunAsync(options));
        });
        return soak;
    }

    private static async Task<int> RunAsync(SoakOptions options)
    {
        var command = string.Create(
            CultureInfo.InvariantCulture, $"scripts/soak {options.Length.TotalHours:0.###} --seed {options.Seed}");
        await Console.Out.WriteLineAsync($"{command}; measured values go to {options.Folder}");
        var result = await new SoakRun(options, Console.Out).RunAsync();
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "soak.svg"), SoakReport.Picture(result));
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "soak.md"), SoakReport.Table(result, command));
        var verdicts = SoakVerdict.Of(result);
        await Console.Out.WriteLineAsync($"faults: {result.FaultText}");
        foreach (var verdict in verdicts)
            await Console.Out.WriteLineAsync(verdict.Line);
        return verdicts.All(one => one.IsOk) ? 0 : 1;
    }
}
