using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace EtcdSentinelExporter.Host;

/// <summary>Runs a program that may hang, flood, fork or refuse to die, and always comes back.</summary>
/// <param name="clock">Measures the limits.</param>
/// <param name="timeouts">Of the end of a process; left out, those of production.</param>
/// <param name="kill">Sends SIGKILL to a process group; left out, the kernel's.</param>
/// <param name="start">Starts a process; left out, the system's. May take its time.</param>
internal sealed partial class ProcessRunner(
    TimeProvider clock, ProcessTimeouts? timeouts = null, Action<RunningProcess>? kill = null,
    Func<ProcessStartInfo, Process?>? start = null)
{
    private const int MaxMessageLength = 300;
    private const int SignalKill = 9;
    private const int NoSuchProcess = 3;

    private readonly ProcessTimeouts _timeouts = timeouts ?? ProcessTimeouts.Default;
    private readonly Func<ProcessStartInfo, Process?> _start = start ?? Process.Start;
    private readonly Action<RunningProcess> _kill = kill ?? KillGroup;

    /// <param name="program">Absolute path.</param>
    /// <param name="limit">After this its whole process group is killed; the time for its start counts.</param>
    /// <returns>Also after a cancellation: what was started must still be buried.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public async Task<ProcessOutput> RunAsync(
        string program, ImmutableArray<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var reading = new CancellationTokenSource();
        var token = reading.Token;
        // exec(2) reads the program from a disk, which may be the one that hangs.
        var starting = Task.Factory.StartNew(
            () => Start(program, arguments, token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            var process = await starting.WaitAsync(limit, clock, cancellationToken);
            var rest = limit - clock.GetElapsedTime(began);
            return await WatchAsync(process, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, reading, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new(ProcessEnd.Unkillable, 0, [], "", BuryLateAsync());
        }
        catch (OperationCanceledException)
        {
            return new(ProcessEnd.Cancelled, 0, [], "", BuryLateAsync());
        }
        finally
        {
            await reading.CancelAsync();
        }

        async Task BuryLateAsync()
        {
            var process = await starting;
            _kill(process);
            await process.BuryAsync();
        }
    }

    // setsid makes it the leader of a group of its own, so that its children die with it. It replaces itself by the
    // program: the process id stays.
    private RunningProcess Start(
        string program, ImmutableArray<string> arguments, CancellationToken reading)
    {
        var info = new ProcessStartInfo("setsid", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["LC_ALL"] = "C";
        var process = _start(info) ?? throw new InvalidOperationException("no process was started");
        process.StandardInput.Close();
        return new(process, reading);
    }

    private async Task<ProcessOutput> WatchAsync(
        RunningProcess process, TimeSpan limit, CancellationTokenSource reading, CancellationToken cancellationToken)
    {
        try
        {
            var end = await EndAsync(process, limit, cancellationToken);
            // The group too when its leader has exited: what it left behind would hold the pipe open.
            _kill(process);
            var late = Task.Delay(_timeouts.Exit, clock, CancellationToken.None);
            if (await Task.WhenAny(process.Exited, late) != process.Exited)
                return new(ProcessEnd.Unkillable, 0, [], "", process.BuryAsync());
            var printed = Task.WhenAll(process.Output, process.Errors);
            await Task.WhenAny(printed, Task.Delay(_timeouts.Output, clock, CancellationToken.None));
            await reading.CancelAsync();
            var code = process.ExitCode;
            await process.BuryAsync();
            return new(end, code, (await process.Output).Bytes, Line((await process.Errors).Bytes), Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            _kill(process);
            return new(ProcessEnd.Cancelled, 0, [], "", process.BuryAsync());
        }
    }

    private async Task<ProcessEnd> EndAsync(RunningProcess process, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = Task.Delay(limit, clock, over.Token);
        var flooded = Task.WhenAny(FloodAsync(process.Output), FloodAsync(process.Errors));
        var end = await Task.WhenAny(process.Exited, late, flooded);
        cancellationToken.ThrowIfCancellationRequested();
        await over.CancelAsync();
        return end == process.Exited ? ProcessEnd.Exited : end == late ? ProcessEnd.Killed : ProcessEnd.OutputTooLarge;
    }

    // Never ends where it prints no more than is read.
    private static async Task FloodAsync(Task<Printed> stream)
    {
        if (!(await stream).IsTooMuch)
            await new TaskCompletionSource().Task;
    }

    private static string Line(byte[] bytes) =>
        string.Join(' ', Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, MaxMessageLength)))
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    // Just started, it has not made its group yet, and is alone.
    private static void KillGroup(RunningProcess process)
    {
        if (Kill(-process.Id, SignalKill) != 0 && Marshal.GetLastPInvokeError() == NoSuchProcess)
            process.KillAlone();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
