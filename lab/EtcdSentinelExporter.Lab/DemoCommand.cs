using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Lab.Incidents;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab;

/// <summary>The verb <c>demo</c>.</summary>
internal static class DemoCommand
{
    private static readonly string[] s_recordings = ["worn-ssd", "good-ssd", "good-nvme"];

    public static Command Create()
    {
        var once = new Option<bool>("--once")
        {
            Description = "Print it once, compare it with etcdctl, openssl and findmnt, and exit: 0 if they agree.",
        };
        var incident = new Option<string?>("--incident")
        {
            HelpName = "NAME",
            Description = "Make an incident happen, and print the shipped alerts that fire, with time and text; with "
                + "--once exit: 0 if exactly the expected alerts fired. NAME is "
                + $"{string.Join(", ", Incident.Names)} (20 minutes, as its rule waits).",
        };
        var recover = new Option<bool>("--recover")
        {
            Description = "End the incident nospace with recover nospace --execute, and write something.",
        };
        var healthy = new Option<int?>("--healthy")
        {
            HelpName = "MINUTES",
            Description = "Watch the healthy cluster: 0 if no alert fired, except those that this machine causes.",
        };
        var etcd = Program("--etcd", "Run this etcd, with the etcdctl beside it or else the one on PATH.");
        var exporter = Program("--exporter", "Run this exporter instead of building the sources.");
        var keep = new Option<bool>("--keep") { Description = "Keep the folder with logs, certificates and data." };
        Reject(incident, name => Incident.Names.Contains(name, StringComparer.Ordinal),
            $"unknown incident; use one of: {string.Join(' ', Incident.Names)}");
        Reject(
            healthy,
            text => int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 10_000,
            "needs a number of minutes");
        var command = new Command("demo", """
            Starts three etcd members with TLS in kubeadm-like folders, one exporter per node and a Prometheus, all on
            loopback and in a temporary folder, fragments the database a little, and shows what Prometheus sees. The
            drives under the members are recordings, played by a stand-in for smartctl. Ctrl-C stops and removes
            everything.
            Exit code 77: this machine lacks a requirement of the incident; the last line names it.
            """) { once, incident, recover, healthy, etcd, exporter, keep };
        command.Validators.Add(result =>
        {
            if (result.GetValue(recover) && result.GetValue(incident) is not "nospace")
                result.AddError("--recover is for --incident nospace");
        });
        command.SetAction(parsed => RunAsync(new(
            parsed.GetValue(once), parsed.GetValue(incident), parsed.GetValue(recover), parsed.GetValue(healthy),
            parsed.GetValue(etcd), parsed.GetValue(exporter), parsed.GetValue(keep))));
        return command;
    }

    private sealed record Options(
        bool Once, string? Incident, bool Recover, int? Healthy, string? Etcd, string? Exporter, bool Keep);

    private static Option<string?> Program(string name, string description)
    {
        var option = new Option<string?>(name) { HelpName = "BINARY", Description = description };
        Reject(option, IsExecutable, "not an executable file");
        return option;
    }

    private static void Reject(Option option, Func<string, bool> isValid, string problem) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !isValid(text))
                result.AddError($"{option.Name} {text}: {problem}");
        });

    private static bool IsExecutable(string file) =>
        File.Exists(file) && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute);

    private static async Task<int> RunAsync(Options options)
    {
        var sinceStart = Stopwatch.StartNew();
        Installer.InstallForDemo();
        var binary = options.Etcd is { } etcd ? EtcdBinary.Of(Path.GetFullPath(etcd)) : EtcdBinary.Default;
        var version = await binary.GetVersionAsync();
        return await LabSession.RunAsync(await LabPlace.ChooseAsync(), options.Keep, async () =>
        {
            Console.WriteLine(
                $"data of the lab: {TestRun.Folder} ({LabPlace.FreeMegabytes(TestRun.Folder)} MB are free)\n"
                + $"starting three members of etcd {version}, three exporters and a Prometheus");
            var exporter = options.Exporter is { } file ? Path.GetFullPath(file) : Sentinel.Program;
            var name = options.Incident ?? (options.Healthy is null ? null : Incident.Healthy);
            await (name is null
                ? RunDemoAsync(options, binary, version, exporter, sinceStart)
                : RunIncidentAsync(options, name, binary, exporter, sinceStart));
            return 0;
        });
    }

    private static async Task RunIncidentAsync(
        Options options, string name, EtcdBinary binary, string exporter, Stopwatch sinceStart)
    {
        var incident = Incident.Create(name, options.Healthy ?? 0);
        var run = await IncidentRun.StartAsync(incident, binary, exporter, sinceStart);
        await run.RunAsync();
        if (options.Recover)
            await NoSpaceRecovery.RunAsync(run.Lab, exporter);
        else if (!options.Once && options.Healthy is null)
            await run.GoOnAsync();
    }

    private static async Task RunDemoAsync(
        Options options, EtcdBinary binary, string version, string exporter, Stopwatch sinceStart)
    {
        var lab = await DemoLab.StartNodesAsync(binary, [.. s_recordings], []);
        Console.WriteLine(LabPlace.DescribeDrives(lab));
        await lab.StartExportersAsync(exporter);
        await lab.StartPrometheusAsync(Path.Combine(Repo.Root, "rules"));
        var demo = new Demo(lab, sinceStart);
        await demo.PrepareAsync();
        Demo.PrintLinks(lab);
        await (options.Once ? demo.ShowOnceAsync(version) : demo.WatchAsync());
    }
}
