using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.Lab;

/// <summary>Starts processes with an empty environment, so that no <c>ETCD_…</c> variable of the caller
/// applies.</summary>
internal static class CleanProcess
{
    // promtool takes half a minute on an idle machine, and more than three on a busy one.
    private static readonly TimeSpan RunLimit = 5 * Patience.Limit;

    private static readonly string DotnetRoot = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>Starts a program with all output in a file: an unread pipe would block it.</summary>
    public static Process Start(string log, string program, IEnumerable<string> arguments)
    {
        // Create the file first: a test may read it before the shell has created it.
        File.Create(log).Dispose();
        // The shell only redirects the output: exec keeps the process id.
        var start = Clean("/bin/sh", ["-c", "exec >\"$0\" 2>&1 </dev/null \"$@\"", log, program, .. arguments]);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <param name="input">Its standard input.</param>
    /// <exception cref="InvalidOperationException">The program failed; the message has its output.</exception>
    /// <exception cref="TimeoutException">The program exceeded <see cref="RunLimit"/> and was killed.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input = "") =>
        await RunAsync(program, arguments, input, (exitCode, output, errors) => exitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {exitCode}: {errors}"));

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    /// <exception cref="TimeoutException">The program exceeded <see cref="RunLimit"/> and was killed.</exception>
    public static Task<(int ExitCode, string Output)> TryRunAsync(string program, IEnumerable<string> arguments) =>
        RunAsync(program, arguments, "", (exitCode, output, errors) => (exitCode, output + errors));

    private static async Task<T> RunAsync<T>(
        string program, IEnumerable<string> arguments, string input, Func<int, string, string, T> result)
    {
        var start = Clean(program, arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        using var limit = new CancellationTokenSource(RunLimit, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(limit.Token);
            return result(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end within {RunLimit}", e);
        }
    }

    // A program may end without reading it.
    private static async Task WriteAsync(StreamWriter to, string input)
    {
        try
        {
            await using (to)
                await to.WriteAsync(input);
        }
        catch (IOException)
        {
        }
    }

    /// <param name="signal">Name of the signal without SIG: STOP, CONT.</param>
    public static Task SignalAsync(Process process, string signal) =>
        RunAsync("/bin/sh", ["-c", $"kill -s {signal} {process.Id.ToString(CultureInfo.InvariantCulture)}"]);

    /// <summary>Prepares a program with that environment.</summary>
    public static ProcessStartInfo Clean(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["TMPDIR"] = TestRun.Folder;
        start.Environment[TestRun.Marker] = TestRun.Id;
        // The exporter needs the runtime of the tests, and must leave no debugger sockets behind when it is killed.
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        // Clusters run beside each other, and no exporter may find the members of another.
        start.Environment["ETCDSENTINEL_ETCD_PROCESSES"] = "false";
        return start;
    }
}
