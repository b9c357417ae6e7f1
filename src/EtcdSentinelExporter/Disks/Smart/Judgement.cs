namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decides what a run of smartctl was worth by what it printed; the exit status alone says too
/// little.</summary>
internal static class Judgement
{
    /// <summary>Part of what smartctl says of a bridge that it does not know.</summary>
    public const string UnknownBridge = "Unknown USB bridge";

    private const int CommandLineBit = 1;
    private const int OpenBit = 2;
    private const int CommandFailedBit = 4;

    private static readonly (string Part, string State)[] KnownMessages =
    [
        ("Permission denied", ReadState.Permission),
        ("Operation not permitted", ReadState.Permission),
        ("Unable to detect device type", ReadState.Unsupported),
        ("Device does not support SMART", ReadState.Unsupported),
        ("SMART support is: Unavailable", ReadState.Unsupported),
        (UnknownBridge, ReadState.Command),
        ("INVALID ARGUMENT", ReadState.Command),
    ];

    /// <param name="report">What it printed.</param>
    /// <param name="exitCode">Counts where the report has no exit status of its own.</param>
    /// <param name="wasBusy">Whether the drive has served requests since it was asked last; <see langword="null"/> when
    /// that is not known.</param>
    public static (string State, string Message) Of(SmartReport report, int exitCode, bool? wasBusy)
    {
        var bits = report.ExitStatus ?? exitCode;
        // Some failures come without a word.
        var message = report.Messages.FirstOrDefault(
            text => text.Length > 0, bits == 0 ? "" : $"smartctl gives no reason and ends with {bits}.");
        if (LowPower(report) is { } mode)
            return (OfLowPower(report, mode, wasBusy), message);
        if (report.HasHealth)
            return (IsWhole(report, bits) ? ReadState.Ok : ReadState.Partial, message);
        var known = KnownMessages.FirstOrDefault(known =>
            report.Messages.Any(text => text.Contains(known.Part, StringComparison.Ordinal))).State;
        return (known ?? WithoutHealth(report, bits), message);
    }

    private static string? LowPower(SmartReport report) => report.Messages
        .Where(text => text.StartsWith("Device is in ", StringComparison.Ordinal))
        .Select(text => text["Device is in ".Length..].Split(' ', 2))
        .Where(words => words is [_, ['m', 'o', 'd', 'e', ..]])
        .Select(words => words[0])
        .FirstOrDefault();

    // Where the question fails, smartctl says SLEEP. A drive that has served requests since did not sleep.
    private static string OfLowPower(SmartReport report, string mode, bool? wasBusy) =>
        mode.StartsWith("SLEEP", StringComparison.Ordinal) && !report.Root.Has("power_mode") && wasBusy is not false
            ? ReadState.PowerCheckFailed
            : ReadState.Standby;

    private static bool IsWhole(SmartReport report, int bits) =>
        (bits & (CommandLineBit | OpenBit | CommandFailedBit)) == 0
        && !(report.Protocol is "ATA" && report.Attributes.IsEmpty);

    // A drive that is open and says who it is, and has nothing to say about its health, has no SMART.
    private static string WithoutHealth(SmartReport report, int bits) =>
        (bits & OpenBit) != 0 ? ReadState.Open
        : (bits & CommandLineBit) != 0 ? ReadState.Command
        : report.Root.Has("device") ? ReadState.Unsupported
        : ReadState.Parse;
}
