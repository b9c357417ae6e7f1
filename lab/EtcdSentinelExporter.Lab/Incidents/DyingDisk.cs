using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Incidents;

internal sealed class DyingDisk : Incident
{
    private const int TimeoutsBefore = 85;
    private const int SecondsBetweenTimeouts = 5;
    private static readonly string[] s_delay = ["-f", "-e", "trace=fdatasync", "-o", "/dev/null", "-e"];

    private int _timeouts = TimeoutsBefore;

    public override string Name => "dying-disk";

    public override string Story =>
        "each fdatasync of one member takes 300 ms longer, and its drive (a RECORDING) counts command timeouts";

    public override TimeSpan Limit => TimeSpan.FromSeconds(450);

    public override ImmutableArray<string> Recordings => ["worn-ssd", "good-ssd", "good-nvme"];

    public override ImmutableArray<string> Early => ["DiskWornOut", "DiskCommandTimeoutHistory"];

    // Node, disk, model, serial number, age, wear and timeouts must be in the text of the cause alert.
    public override ImmutableArray<(string Alert, string Regex)> MustSay =>
    [
        ("DiskCommandTimeout", "Demo SSD 2TB.* of cp-1 "),
        ("ControlPlaneDiskIsTheCause",
            "etcd on cp-1 .*Demo SSD 2TB.*serial number .*62247 h in use.*91% of its rated.*command timeouts"),
    ];

    public override async Task PrepareAsync()
    {
        if ((await DiskOfPath.Here.LocateAsync(TestRun.Folder)).Device is null)
        {
            throw new LabException(
                $"dying-disk needs the members' data on a disk, and {Path.GetDirectoryName(TestRun.Folder)} is on none "
                    + "(tmpfs, overlay?); set TMPDIR to a folder that is",
                LabException.Lacking);
        }
        Installer.InstallStrace();
        await AssertCanTraceAsync();
    }

    public override async Task HappenAsync(DemoLab lab)
    {
        await lab.Cluster.LeadAsync(0);
        var log = Path.Combine(TestRun.Folder, "strace.log");
        using var strace = SlowDown(lab.Cluster.Members[0], log);
        await File.WriteAllTextAsync(Path.Combine(IncidentRun.Rules, "lab.rules.yaml"), LabRule);
        await lab.Prometheus.ReloadAsync();
        if (strace.HasExited)
            throw new LabException($"strace cannot delay etcd's fdatasync:\n{LogFile.End(log)}");
        Console.WriteLine("KubeAPIErrorBudgetBurn: a rule of the lab makes it fire, with kubernetes-mixin's labels; "
            + "there is no API server here");
    }

    public override async Task MeanwhileAsync(IncidentRun run)
    {
        await base.MeanwhileAsync(run);
        var timeouts = TimeoutsBefore + (int)(run.Elapsed.TotalSeconds / SecondsBetweenTimeouts);
        if (timeouts > _timeouts)
            run.Lab.Drives[0].SetCommandTimeouts(++_timeouts);
    }

    /// <summary>Makes each fdatasync of a member take 300 ms longer.</summary>
    public static Process SlowDown(MemberProcess member, string log) =>
        Trace(log, member.ProcessId, delayMicroseconds: 300_000);

    // Its labels are those of kubernetes-mixin, which has only the cluster.
    private const string LabRule = """
        groups:
        - name: lab
          rules:
          - alert: KubeAPIErrorBudgetBurn
            expr: vector(1)
            labels: {long: 1h, short: 5m, severity: critical}
            annotations:
              summary: The API server is burning too much error budget (a rule of the lab, not of kubernetes-mixin).

        """;

    // strace is tried on a process of our own. In containers ptrace is often forbidden.
    private static async Task AssertCanTraceAsync()
    {
        var log = Path.Combine(TestRun.Folder, "strace.log");
        using var sleep = CleanProcess.Start("/dev/null", "sleep", ["60"]);
        using var strace = Trace(log, sleep.Id, delayMicroseconds: 1);
        var status = $"/proc/{sleep.Id.ToString(CultureInfo.InvariantCulture)}/status";
        var traced = await Wait.BecomesTrueAsync(
            async () => strace.HasExited
                || !(await File.ReadAllTextAsync(status)).Contains("TracerPid:\t0", StringComparison.Ordinal),
            TimeSpan.FromMilliseconds(50), Patience.Limit) && !strace.HasExited;
        strace.Kill();
        sleep.Kill();
        if (!traced)
        {
            throw new LabException(
                $"dying-disk needs strace to attach to a process: {LogFile.End(log, 1).Trim()}", LabException.Lacking);
        }
    }

    private static Process Trace(string log, int process, int delayMicroseconds) => CleanProcess.Start(
        log, Tools.Find("strace"),
        [.. s_delay, $"inject=fdatasync:delay_exit={delayMicroseconds}", "-p", $"{process}"]);
}
