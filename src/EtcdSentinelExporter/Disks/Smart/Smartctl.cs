using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>smartctl of smartmontools 7.0 or later, one run per question.</summary>
/// <param name="program">Finds it anew each time: it may be installed while we run.</param>
/// <param name="limit">After this a run is killed.</param>
internal sealed class Smartctl(
    Func<(string? Path, string Problem)> program, TimeSpan limit, ProcessRunner runner, TimeProvider clock)
    : ISmartctl
{
    private const int StandbyExitCode = 3;

    // setsid's own, as a shell's: there, and cannot be run; not there.
    private const int CannotRun = 126;
    private const int NotFound = 127;

    // From here on it was ended by a signal: smartctl itself has no such status without a word.
    private const int FirstSignal = 129;

    // A run that could not be killed waits inside the kernel. Another on the same drive would only join it.
    private readonly ConcurrentDictionary<(string Device, string Serial), LostRun> _quarantine = new();

    public async Task<SmartAnswer> AskAsync(Drive drive, SmartQuestion question, CancellationToken cancellationToken)
    {
        if (Lost(drive) is { } lost)
            return lost;
        var (path, problem) = program();
        if (path is null)
            return new(drive.HasNoSmart ? ReadState.Unsupported : ReadState.Command, problem);

        var started = clock.GetTimestamp();
        try
        {
            var output = await runner.RunAsync(path, Arguments(drive, question), limit, cancellationToken);
            if (output.End is ProcessEnd.Unkillable or ProcessEnd.Cancelled)
            {
                _quarantine[(drive.Device, drive.Serial)] = new(
                    output.Gone, IsTold: output.End is ProcessEnd.Unkillable);
            }

            if (output.End is ProcessEnd.Cancelled)
                throw new OperationCanceledException(cancellationToken);
            return Judge(output, question) with { Took = clock.GetElapsedTime(started) };
        }
        catch (Win32Exception e)
        {
            return new(ReadState.Command, $"{path} cannot be started through setsid: {e.Message}");
        }
    }

    // Who cancelled, the end of the poll or that of the program, cannot be told here. After the program nobody asks
    // again; after the poll the next one hears of it, as of an attempt that failed.
    private SmartAnswer? Lost(Drive drive)
    {
        var key = (drive.Device, drive.Serial);
        if (!_quarantine.TryGetValue(key, out var run))
            return null;
        if (!run.Gone.IsCompleted)
        {
            _quarantine[key] = run with { IsTold = true };
            return new(ReadState.Hung, "smartctl waits inside the kernel and cannot be killed.",
                IsAttempt: !run.IsTold);
        }
        _quarantine.TryRemove(key, out _);
        return run.Gone.Exception?.InnerException is Win32Exception e
            ? new(ReadState.Command, $"smartctl cannot be started through setsid: {e.Message}", IsAttempt: !run.IsTold)
            : run.IsTold
                ? new(ReadState.Timeout, "smartctl has died at last; the drive is asked again later.", IsAttempt: false)
                : new(ReadState.Timeout, "smartctl was not done when the poll was over, and was killed.");
    }

    private static ImmutableArray<string> Arguments(Drive drive, SmartQuestion question) =>
    [
        "--json=c", "--info", "--health", "--attributes",
        .. question.WithLogs ? ["--log=error", "--log=selftest", "--log=devstat"] : ImmutableArray<string>.Empty,
        question.LetsSleep ? $"--nocheck=standby,{StandbyExitCode}" : "--nocheck=never",
        .. drive.Type is { } type ? [$"--device={type}"] : ImmutableArray<string>.Empty,
        drive.Path,
    ];

    private SmartAnswer Judge(ProcessOutput output, SmartQuestion question) => output.End switch
    {
        ProcessEnd.Unkillable =>
            new(ReadState.Hung, $"smartctl took longer than {limit.TotalSeconds} s and cannot be killed."),
        ProcessEnd.Killed =>
            new(ReadState.Timeout, $"smartctl took longer than {limit.TotalSeconds} s and was killed."),
        ProcessEnd.Flooded => new(ReadState.Parse, "smartctl printed more than is ever read of it, and was killed."),
        _ => JudgeExit(output, question),
    };

    private static SmartAnswer JudgeExit(ProcessOutput output, SmartQuestion question)
    {
        if (output is { Output: [], ExitCode: CannotRun or NotFound })
            return new(ReadState.Command, $"smartctl cannot be run: {output.Errors}");
        if (output.Output.AsSpan().Trim(" \n"u8).IsEmpty)
        {
            var state = output.ExitCode >= FirstSignal ? ReadState.Command
                : (output.ExitCode & 2) != 0 ? ReadState.Open
                : (output.ExitCode & 1) != 0 ? ReadState.Command
                : ReadState.Parse;
            return new(state, $"smartctl printed nothing and ended with {output.ExitCode}. {output.Errors}".TrimEnd(),
                output.ExitCode);
        }
        try
        {
            var report = SmartReport.Parse(output.Output);
            var (state, message) = Judgement.Of(report, output.ExitCode, question.WasBusy);
            return new(state, message, state is ReadState.Standby ? null : report.ExitStatus ?? output.ExitCode,
                report.HasHealth ? report : null);
        }
        catch (FormatException e)
        {
            return new(ReadState.Parse, e.Message, output.ExitCode);
        }
    }

    /// <param name="Gone">Ends when the process is gone.</param>
    /// <param name="IsTold">Whether anybody has heard that it failed.</param>
    private sealed record LostRun(Task Gone, bool IsTold);
}
