using System.Diagnostics;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Testing;

/// <summary>The quick part of scripts/test in containers, which scripts/in-container makes: tests that pass on a disk
/// must pass there too, or be skipped.</summary>
internal sealed class ContainerCheck(string logs, TextWriter output)
{
    private static readonly string s_inContainer = Path.Combine(Repo.Root, "scripts/in-container");
    private static readonly string s_demo = Path.Combine(Repo.Root, "scripts/demo");

    /// <exception cref="LabException">A part failed; or no container can be made here (exit code 77).</exception>
    public async Task RunAsync()
    {
        var (code, reason) = Shell.Run(Repo.Root, s_inContainer, "true");
        if (code != 0)
            throw new LabException(reason.Trim().Split('\n')[^1], code);
        // Beside the others: it only watches.
        var healthy = RunPartAsync("healthy", [s_demo, "--healthy", "1"]);
        bool[] passed =
        [
            await RunPartAsync("tests", Tests("*.Storage.*", "*.Drives.*", "*SharedCluster*", "*TestRunTests")),
            await RunPartAsync("layouts", ["--privileged", .. Tests("*LayoutTests", "*ContainerTests")]),
            await RunPartAsync("demo", [s_demo, "--once"]),
            await healthy,
        ];
        if (passed.Contains(false))
            throw new LabException("failed in a container");
    }

    // On a thread of its own. The kernel sends the signal when the thread that started setpriv ends, and one of the pool
    // ends when it has been idle for 20 seconds.
    private Task<bool> RunPartAsync(string name, string[] command) => Task.Factory.StartNew(
        () => RunPart(name, command), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // In a container of its own. setpriv ends it with this process, and its namespaces with it.
    private bool RunPart(string name, string[] command)
    {
        var log = Path.Combine(logs, $"container-{name}.log");
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo("setpriv",
        [
            "--pdeathsig", "KILL", "--", "/bin/sh", "-c", "exec >\"$0\" 2>&1 </dev/null \"$@\"", log, s_inContainer,
            .. command,
        ])
        {
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new LabException("setpriv did not start");
        process.WaitForExit();
        var passed = process.ExitCode == 0;
        output.WriteLine($"{(passed ? "ok" : "FAILED"),-7} {name}, {watch.Elapsed.TotalSeconds:0} s");
        if (!passed)
            output.WriteLine(LogFile.End(log, lines: 40));
        return passed;
    }

    // The results go away with the container.
    private static string[] Tests(params string[] classes) =>
    [
        "dotnet", "test", "--project", Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.IntegrationTests"),
        "-c", "Release", "--no-build", "--results-directory", "/tmp/results",
        "--hangdump", "--hangdump-timeout", "5m", "--hangdump-type", "None", "--filter-class", .. classes,
    ];
}
