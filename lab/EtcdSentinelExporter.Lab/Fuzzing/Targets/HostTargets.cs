using System.Collections.Immutable;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Pods;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>Processes, units and manifests of the node.</summary>
internal static class HostTargets
{
    private const int MaxNameLength = 255; // Linux

    private const string Stat =
        "812 (etcd (a) b) S 1 812 812 0 -1 4194560 1 2 3 4 1524 611 0 0 20 0 12 0 3001 11823652864 14210 1844674407 1";

    private const string Unit = """
        [Unit]
        Description=etcd
        [Service]
        Environment=ETCD_DATA_DIR=/var/lib/%p "ETCD_NAME=%H a"
        EnvironmentFile=-/etc/default/etcd
        ExecStart=/usr/bin/env A=$$ /usr/bin/etcd --name ${ETCD_NAME} \
          # a comment
          --data-dir=$ETCD_DATA_DIR
        """;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Try("proc-stat", () => SeedFiles.Texts(Stat), ParseStat),
        FuzzTarget.Try("boot-time", () => SeedFiles.Texts("cpu 1 2\nbtime 1700000000\nprocesses 1\n"),
            text => ProcStat.BootTime(text) is not null),
        FuzzTarget.Total("process", () => SeedFiles.Texts(
            "/usr/bin/etcd\0--name=a\0", "0::/system.slice/etcd.service\n", Stat), Process),
        FuzzTarget.Total("go-flags", () => SeedFiles.Texts("--a=b\n-c\nd\n--e\n--\nf"),
            text => GoFlags.Parse([.. text.Split('\n')])),
        FuzzTarget.Text("environment-file",
            () => [.. SeedFiles.Named("etcd", "*.env"), .. SeedFiles.Texts("A='b c'\\\n d\n;c\nE=\"f\\\"\"\n")],
            text => EnvironmentText.ParseFile(text)),
        FuzzTarget.Text("systemd-unit",
            () => [.. SeedFiles.Named("*.service", "*.conf"), .. SeedFiles.Texts(Unit)], ParseUnit),
        FuzzTarget.Text("component-pod",
            () => [.. SeedFiles.Named("kube-*.yaml", "etcd.yaml"), .. SeedFiles.Texts(DiscoveryTargets.Pod)], ParsePod),
        FuzzTarget.Total("path-pattern", () => SeedFiles.Texts("*.crt\na.crt", "a?*b*\naxb"), Match),
    ];

    private static bool ParseStat(string text)
    {
        if (ProcStat.Parse(text) is not { } stat)
            return false;
        Property.Holds(stat.CpuTime >= TimeSpan.Zero && stat.StartedAfterBoot >= TimeSpan.Zero, "a negative time");
        Property.Holds(stat is { VirtualBytes: >= 0, ResidentPages: >= 0 }, "a negative size");
        return true;
    }

    // The same text as command line, control group and stat line of one process.
    private static void Process(string text)
    {
        using ScratchFolder proc = new();
        proc.Write("stat", "btime 1700000000\n");
        proc.Write("7/comm", "etcd\n");
        foreach (var name in new[] { "cmdline", "cgroup" })
            proc.Write($"7/{name}", text);
        proc.Write("7/stat", text.StartsWith('8') ? text : Stat);
        var found = new ProcessTable(proc.Files).Find(["etcd"]);
        Property.Holds(found.Length <= 1, "two processes");
    }

    private static void ParseUnit(string text)
    {
        var unit = UnitText.Parse(text);
        ExpansionBudget budget = new("etcd.service");
        string Expand(string line) => UnitVariables.ExpandSpecifiers(line, "etcd.service", "host.example", budget);
        var environment = EnvironmentText.ParseAssignments(unit.List("Environment").Select(Expand));
        foreach (var line in unit.List("ExecStart").Select(Expand))
        {
            var words = UnitVariables.Expand(ShellWords.Split(line), environment, budget);
            DiscoveryTargets.Command(words, environment);
        }
    }

    private static void ParsePod(string text)
    {
        var pod = ComponentPod.Parse("kube-apiserver", text);
        Property.Holds(pod.HostPath("client-ca-file") is null or ['/', ..], "a relative path");
    }

    private static void Match(string text)
    {
        if (text.Split('\n') is [{ Length: > 0 } pattern, { Length: > 0 and <= MaxNameLength } name, ..])
            PathPattern.Matches(pattern, name);
    }
}
