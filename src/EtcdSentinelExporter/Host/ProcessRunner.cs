using System.Diagnostics;

namespace EtcdSentinelExporter.Host;

/// <summary>Runs a program with hard limits on time and output. Always returns, even if the program hangs, forks or
/// cannot be killed.</summary>
/// <param name="timeouts">Timeouts for the end of a process; the default is that of production.</param>
/// <param name="kill">Sends SIGKILL to a process group; the default is kill(2).</param>
/// <param name="start">Starts a process, and may block; the default is <see
/// cref="Process.Start(ProcessStartInfo)"/>.</param>
internal sealed class ProcessRunner(
    TimeProvider clock, ProcessTimeouts? timeouts = null, Action<RunningProcess>? kill = null,
    Func<ProcessStartInfo, Process?>? start = null)
{
    private readonly ProcessTimeouts _timeouts = timeouts ?? ProcessTimeouts.Default;
    private readonly Func<ProcessStartInfo, Process?> _start = start ?? Process.Start;
    private readonly Action<RunningProcess> _kill = kill ?? (process => process.KillGroup());

    /// <param name="program">Absolute path.</param>
    /// <param name="limit">Timeout, including the start, after which the whole process group is killed.</param>
    /// <returns>The result, also after a cancellation: the caller must know when the process is gone.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public async Task<ProcessOutput> RunAsync(
        string program, ImmutableArray<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var reading = new CancellationTokenSource();
        var token = reading.Token;
        // exec(2) reads the program from a disk, which may hang.
        var starting = DedicatedThread.Run(() => Start(program, arguments, token));
        try
        {
            var process = await starting.WaitAsync(limit, clock, cancellationToken);
            var rest = limit - clock.GetElapsedTime(started);
            return await WatchAsync(process, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, reading, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new(ProcessEnd.Unkillable, 0, [], "", ReapLateAsync());
        }
        catch (OperationCanceledException)
        {
            return new(ProcessEnd.Cancelled, 0, [], "", ReapLateAsync());
        }
        finally
        {
            await reading.CancelAsync();
        }

        async Task ReapLateAsync()
        {
            var process = await starting;
            _kill(process);
            await process.ReapAsync();
        }
    }

    private RunningProcess Start(string program, ImmutableArray<string> arguments, CancellationToken reading)
    {
        var process = _start(RunningProcess.StartInfo(program, arguments))
            ?? throw new InvalidOperationException("no process was started");
        process.StandardInput.Close();
        return new(process, reading);
    }

    private async Task<ProcessOutput> WatchAsync(
        RunningProcess process, TimeSpan limit, CancellationTokenSource reading, CancellationToken cancellationToken)
    {
        try
        {
            var end = await EndAsync(process, limit, cancellationToken);
            // Kill the group even if its leader has exited: remaining children would keep the pipe open.
            _kill(process);
            var late = Task.Delay(_timeouts.Exit, clock, CancellationToken.None);
            if (await Task.WhenAny(process.Exited, late) != process.Exited)
                return new(ProcessEnd.Unkillable, 0, [], "", process.ReapAsync());
            var printed = Task.WhenAll(process.Output, process.Errors);
            await Task.WhenAny(printed, Task.Delay(_timeouts.Output, clock, CancellationToken.None));
            await reading.CancelAsync();
            var code = process.ExitCode;
            await process.ReapAsync();
            return new(end, code, (await process.Output).Bytes, (await process.Errors).Line(), Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            _kill(process);
            return new(ProcessEnd.Cancelled, 0, [], "", process.ReapAsync());
        }
    }

    private async Task<ProcessEnd> EndAsync(RunningProcess process, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = Task.Delay(limit, clock, ended.Token);
        var end = await Task.WhenAny(process.Exited, late, process.LimitExceededAsync());
        cancellationToken.ThrowIfCancellationRequested();
        await ended.CancelAsync();
        return end == process.Exited ? ProcessEnd.Exited : end == late ? ProcessEnd.Killed : ProcessEnd.OutputTooLarge;
    }
}
