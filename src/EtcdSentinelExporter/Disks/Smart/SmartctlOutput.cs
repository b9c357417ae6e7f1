using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Derives an answer from what a run of smartctl left: how it ended, and what it printed.</summary>
internal static class SmartctlOutput
{
    // Exit codes of setsid, as of a shell: not executable; not found.
    private const int CannotRun = 126;
    private const int NotFound = 127;

    // From here on a signal ended it: smartctl itself never exits with such a status without output.
    private const int FirstSignal = 129;

    /// <param name="output">How the run ended; not a cancelled run.</param>
    /// <param name="limit">Timeout of the run.</param>
    /// <param name="wasBusy">As in <see cref="SmartQuestion.WasBusy"/>.</param>
    public static SmartAnswer Judge(ProcessOutput output, TimeSpan limit, bool? wasBusy) => output.End switch
    {
        ProcessEnd.Unkillable =>
            new(ReadState.Hung, $"smartctl took longer than {limit.TotalSeconds} s and cannot be killed."),
        ProcessEnd.Killed =>
            new(ReadState.Timeout, $"smartctl took longer than {limit.TotalSeconds} s and was killed."),
        ProcessEnd.OutputTooLarge => new(ReadState.Parse, "smartctl exceeded the output limit and was killed."),
        _ when output is { Output: [], ExitCode: CannotRun or NotFound } =>
            new(ReadState.Command, $"smartctl cannot be run: {output.Errors}"),
        _ => output.Output.AsSpan().Trim(" \n"u8).IsEmpty ? OfSilence(output) : OfReport(output, wasBusy),
    };

    private static SmartAnswer OfSilence(ProcessOutput output)
    {
        var state = output.ExitCode >= FirstSignal ? ReadState.Command
            : (output.ExitCode & SmartctlVerdict.OpenBit) != 0 ? ReadState.Open
            : (output.ExitCode & SmartctlVerdict.CommandLineBit) != 0 ? ReadState.Command
            : ReadState.Parse;
        return new(state, $"smartctl printed nothing and exited with {output.ExitCode}. {output.Errors}".TrimEnd(),
            output.ExitCode);
    }

    private static SmartAnswer OfReport(ProcessOutput output, bool? wasBusy)
    {
        try
        {
            var report = SmartReport.Parse(output.Output);
            var (state, message) = SmartctlVerdict.Of(report, output.ExitCode, wasBusy);
            return new(state, message, state is ReadState.Standby ? null : report.ExitStatus ?? output.ExitCode,
                report.HasHealth ? report : null);
        }
        catch (FormatException e)
        {
            return new(ReadState.Parse, e.Message, output.ExitCode);
        }
    }
}
