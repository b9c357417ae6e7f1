using System.Collections.Concurrent;
using System.ComponentModel;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Runs smartctl of smartmontools 7.0 or later, once per read.</summary>
/// <param name="program">Finds smartctl; called for each read, because it may be installed later.</param>
/// <param name="limit">Timeout of a run, after which it is killed.</param>
internal sealed class Smartctl(
    Func<(string? Path, string Problem)> program, TimeSpan limit, ProcessRunner runner, TimeProvider clock)
    : ISmartctl
{
    private const int StandbyExitCode = 3;

    // A run that could not be killed waits inside the kernel. Another run on the same drive would hang too.
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
                    output.Gone, IsReported: output.End is ProcessEnd.Unkillable);
            }

            if (output.End is ProcessEnd.Cancelled)
                throw new OperationCanceledException(cancellationToken);
            return SmartctlOutput.Judge(output, limit, question.WasBusy) with { Took = clock.GetElapsedTime(started) };
        }
        catch (Win32Exception e)
        {
            return new(ReadState.Command, $"{path} cannot be started through setsid: {e.Message}");
        }
    }

    /// <summary>Lists the devices that smartctl finds, and opens them.</summary>
    /// <exception cref="FormatException">smartctl is missing, timed out, or printed something else.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<ImmutableArray<ScannedDevice>> ScanAsync(CancellationToken cancellationToken)
    {
        var (path, problem) = program();
        if (path is null)
            throw new FormatException(problem);
        try
        {
            var output = await runner.RunAsync(path, ["--json=c", "--scan-open"], limit, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return output.End is ProcessEnd.Exited
                ? ScannedDevice.Parse(output.Output)
                : throw new FormatException($"smartctl --scan-open took longer than {limit.TotalSeconds} s");
        }
        catch (Win32Exception e)
        {
            throw new FormatException($"{path} cannot be started through setsid: {e.Message}", e);
        }
    }

    // A cancelled run was ended by the poll timeout or by the shutdown. After a poll timeout, the next poll reports it
    // as a failed attempt.
    private SmartAnswer? Lost(Drive drive)
    {
        var key = (drive.Device, drive.Serial);
        if (!_quarantine.TryGetValue(key, out var run))
            return null;
        if (!run.Gone.IsCompleted)
        {
            _quarantine[key] = run with { IsReported = true };
            return new(ReadState.Hung, "smartctl waits inside the kernel and cannot be killed.",
                IsAttempt: !run.IsReported);
        }
        _quarantine.TryRemove(key, out _);
        return run.Gone.Exception?.InnerException is Win32Exception e
            ? new(ReadState.Command, $"smartctl cannot be started through setsid: {e.Message}",
                IsAttempt: !run.IsReported)
            : run.IsReported
                ? new(ReadState.Timeout, "smartctl has exited after its timeout; the drive is read again later.",
                    IsAttempt: false)
                : new(ReadState.Timeout, "smartctl was killed, because the poll timed out.");
    }

    private static ImmutableArray<string> Arguments(Drive drive, SmartQuestion question) =>
    [
        "--json=c", "--info", "--health", "--attributes",
        .. question.WithLogs ? ["--log=error", "--log=selftest", "--log=devstat"] : ImmutableArray<string>.Empty,
        question.SkipsStandby ? $"--nocheck=standby,{StandbyExitCode}" : "--nocheck=never",
        .. drive.Type is { } type ? [$"--device={type}"] : ImmutableArray<string>.Empty,
        drive.Path,
    ];

    /// <param name="Gone">Completes when the process is gone.</param>
    /// <param name="IsReported">True if the failure has been reported.</param>
    private sealed record LostRun(Task Gone, bool IsReported);
}
