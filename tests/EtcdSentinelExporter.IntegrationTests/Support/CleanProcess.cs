using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Processes with an empty environment, so that no <c>ETCD_…</c> of the caller counts.</summary>
internal static class CleanProcess
{
    // promtool computes for half a minute on an idle machine, and for more than three on a busy one.
    private static readonly TimeSpan RunLimit = 5 * Patience.Limit;

    private static readonly string DotnetRoot = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>Starts it with all output in a file: a pipe that nobody reads would block it.</summary>
    public static Process Start(string log, string program, IEnumerable<string> arguments)
    {
        // Who waits for a line looks into it before the shell has come so far.
        File.Create(log).Dispose();
        // The shell only redirects: exec keeps its process id.
        var start = Clean("/bin/sh", ["-c", "exec >\"$0\" 2>&1 </dev/null \"$@\"", log, program, .. arguments]);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs it to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    /// <exception cref="TimeoutException">It was still running after <see cref="RunLimit"/>, and has been killed.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = Clean(program, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        using var limit = new CancellationTokenSource(RunLimit, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end within {RunLimit}", e);
        }
    }

    /// <param name="signal">Without SIG: STOP, CONT.</param>
    public static Task SignalAsync(Process process, string signal) =>
        RunAsync("/bin/sh", ["-c", $"kill -s {signal} {process.Id.ToString(CultureInfo.InvariantCulture)}"]);

    /// <summary>A program in that environment.</summary>
    public static ProcessStartInfo Clean(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["TMPDIR"] = TestRun.Folder;
        start.Environment[TestRun.Marker] = TestRun.Id;
        // Our program finds its runtime where the tests found it, and leaves no sockets of a debugger when it
        // is killed.
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["ETCDCTL_API"] = "3";
        return start;
    }
}
