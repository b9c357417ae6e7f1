using System.CommandLine;
using EtcdSentinelExporter.Lab.Installing;
using EtcdSentinelExporter.Lab.Measurements.Scaling;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>The verb <c>bench</c>: the cost of a scrape, of the rules and of the dashboards.</summary>
internal static class BenchCommand
{
    /// <summary>The program to measure.</summary>
    public static readonly Option<string?> Exporter =
        new("--exporter") { Description = "Measure this program instead of publishing the sources." };

    public static Command Create()
    {
        var (runs, seconds, idle, fresh) = (
            Count("--runs", "Rounds over all subjects.", 5), Count("--seconds", "Seconds of load for each figure.", 5),
            Count("--idle", "Seconds over which the idle processor time is measured.", 60),
            Count("--fresh", "Scrapes, one a second, each after a poll.", 30));
        var minutes = Count(
            "--minutes", "Minutes for which all are scraped every 15 s, before memory is read again.", 0, least: 0);
        var (drives, certificates) = (
            Count("--drives", "Make the page larger: recorded drives behind a controller.", 4, least: 0),
            Count("--certificates", "Make the page larger: files with a certificate each.", 41, least: 0));
        var before = new Option<string?>("--before") { Description = "Measure this exporter too: an earlier one." };
        Command bench = new(
            "bench", "Measures the exporter beside those that it replaces, and beside nginx with the same bytes.")
        {
            Rules(), Dashboards(), Passthrough(), Defragment(), Keyspace(), ScaleCommand.Create(),
            runs, seconds, idle, fresh, minutes, drives, certificates, Exporter, before,
        };
        bench.SetAction(result => RunAsync(async () =>
        {
            var exporter = await ExporterAsync(result);
            var options = new ScrapeBenchOptions(
                result.GetValue(runs), result.GetValue(seconds), result.GetValue(idle), result.GetValue(fresh),
                result.GetValue(minutes));
            await using var cluster = await EtcdCluster.StartAsync();
            var larger = new LargerPage(
                cluster.Members[0].Node, result.GetValue(drives), result.GetValue(certificates));
            var subjects = new BenchSubjects(
                exporter, result.GetValue(before) is { } other ? Path.GetFullPath(other) : null, larger,
                cluster.Members[0], TestRun.Folder);
            await Console.Out.WriteLineAsync(await MachineAsync());
            await new ScrapeBench(options, subjects, TestRun.Folder).RunAsync(Console.Out);
        }));
        return bench;
    }

    /// <summary>The verb <c>odd-clusters</c>.</summary>
    public static Command CreateOddClusters()
    {
        Command command = new("odd-clusters", "Runs all queries of the dashboards on made-up series of odd clusters.");
        command.SetAction(_ => RunAsync(() => OddClusters.RunAsync(Console.Out)));
        return command;
    }

    private static Command Rules()
    {
        var (clusters, members) = Clusters();
        var minutes = Count("--minutes", "Minutes before it is measured, and of each of three measurements.", 6);
        var every = Count("--every", "Seconds between two scrapes.", 30);
        var beside = new Option<FileInfo[]>("--beside")
        {
            Description = "Other rules to evaluate in the same run: files of groups, or of a PrometheusRule.",
            AllowMultipleArgumentsPerToken = true,
        }.AcceptExistingOnly();
        var whole = new Option<bool>("--whole-history")
        {
            Description = "As much history as the other rules read, too: thirty times the samples.",
        };
        Command command = new(
            "rules", "Measures how long Prometheus takes to evaluate the rules, with seven days of history.")
        {
            clusters, members, minutes, every, whole, beside,
        };
        command.SetAction(result => RunAsync(() => new RulesBench(
            new(result.GetValue(clusters), result.GetValue(members), result.GetValue(minutes), result.GetValue(every),
                result.GetValue(whole), [.. (result.GetValue(beside) ?? []).Select(file => file.FullName)]),
            Console.Out).RunAsync()));
        return command;
    }

    private static Command Dashboards()
    {
        var (clusters, members) = Clusters();
        var minutes = Count("--minutes", "Length of the history, and time of the dashboards.", 1440, least: 10);
        var chosen = new Option<string>("--chosen")
        {
            Description = "Clusters that all dashboards but Fleet show: c1, c2; with 200 and more c1000, c1001.",
            DefaultValueFactory = _ => ".*",
        };
        Command command = new("dashboards", "Measures what opening each dashboard costs Prometheus.")
        {
            clusters, members, minutes, chosen,
        };
        command.SetAction(result => RunAsync(() => new DashboardsBench(
            new(result.GetValue(clusters), result.GetValue(members), result.GetValue(minutes),
                result.GetValue(chosen)!),
            Console.Out).RunAsync()));
        return command;
    }

    private static Command Passthrough()
    {
        Command command = new("passthrough", "Compares a scrape through /etcd/metrics with one of etcd itself.")
        {
            Exporter,
        };
        command.SetAction(result => RunAsync(async () =>
            await PassthroughBench.RunAsync(await ExporterAsync(result), Console.Out)));
        return command;
    }

    private static Command Defragment()
    {
        var mebibytes = Count("--mebibytes", "Size of each member's file; half of it is free pages.", 500);
        var rate = Count("--rate", "Writes a second to each member.", 20);
        var folder = new Option<string?>("--folder") { Description = "Folder of the members; memory by default." };
        Command command = new(
            "defragment", "Measures writers while three members are defragmented, beside a loop that begins with the "
                + "leader.")
        {
            mebibytes, rate, folder,
        };
        command.SetAction(result => RunAsync(() => DefragmentBench.RunAsync(
            new(result.GetValue(mebibytes), result.GetValue(rate),
                result.GetValue(folder) is { } path ? Path.GetFullPath(path) : null),
            Console.Out)));
        return command;
    }

    private static Command Keyspace()
    {
        var keys = new Option<int[]>("--keys")
        {
            Description = "Sizes of the keyspace.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10_000, 100_000, 1_000_000],
        };
        var (seconds, rate) = (
            Count("--seconds", "Seconds of each measurement of a writer.", 60),
            Count("--rate", "Writes a second.", 100));
        Command command = new(
            "keyspace", "Measures counts of keys, a writer beside them, and the verb writers.")
        {
            keys, seconds, rate, Exporter,
        };
        command.SetAction(result => RunAsync(async () => await new KeyspaceBench(
            new([.. result.GetValue(keys) ?? []], result.GetValue(seconds), result.GetValue(rate),
                await ExporterAsync(result)),
            Console.Out).RunAsync()));
        return command;
    }

    private static (Option<int> Clusters, Option<int> Members) Clusters() =>
        (Count("--clusters", "Number of clusters.", 1), Count("--members", "Members of each cluster.", 3));

    /// <summary>An option with a number.</summary>
    public static Option<int> Count(string name, string description, int usual, int least = 1)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > 9999))
                result.AddError($"{name} needs a number from {least} to 9999");
        });
        return option;
    }

    /// <summary>Installs what a measurement needs, and runs it in a folder of its own.</summary>
    public static async Task<int> RunAsync(Func<Task> measure)
    {
        Installer.Install(checks: false, peers: true);
        return await LabSession.RunAsync(await LabPlace.ChooseAsync(), keeps: false, async () =>
        {
            await measure();
            return 0;
        });
    }

    /// <summary>Path of the program to measure; published if it is not named.</summary>
    public static async Task<string> ExporterAsync(ParseResult result) =>
        result.GetValue(Exporter) is { } given ? Path.GetFullPath(given) : await Published.ExporterAsync();

    /// <summary>Date, system, processors and load, for the first line.</summary>
    public static async Task<string> MachineAsync()
    {
        var processor = (await File.ReadAllLinesAsync("/proc/cpuinfo"))
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return FormattableString.Invariant(
            $"{TimeProvider.System.GetUtcNow():d MMMM yyyy HH:mm}, {Environment.OSVersion}, load average ")
            + FormattableString.Invariant($"{LoadAverage.Now:0.0}, {Environment.ProcessorCount} processors")
            + processor?["model name".Length..].Trim();
    }
}
