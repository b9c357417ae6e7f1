namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Derives the read state from the output of smartctl, because its exit status alone is ambiguous.</summary>
internal static class SmartctlVerdict
{
    /// <summary>Part of the message of smartctl about an unknown USB bridge.</summary>
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

    /// <param name="report">Parsed output.</param>
    /// <param name="exitCode">Exit code of the process; used if the report contains none.</param>
    /// <param name="wasBusy">True if the drive has served requests since the previous read; <see langword="null"/> if
    /// unknown.</param>
    public static (string State, string Message) Of(SmartReport report, int exitCode, bool? wasBusy)
    {
        var bits = report.ExitStatus ?? exitCode;
        // Some failures have no message.
        var message = report.Messages.FirstOrDefault(
            text => text.Length > 0, bits == 0 ? "" : $"smartctl exited with status {bits} and no message.");
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

    // If the power check fails, smartctl reports SLEEP. A drive that has served requests since the previous read was
    // not asleep.
    private static string OfLowPower(SmartReport report, string mode, bool? wasBusy) =>
        mode.StartsWith("SLEEP", StringComparison.Ordinal) && !report.Root.Has("power_mode") && wasBusy is not false
            ? ReadState.PowerCheckFailed
            : ReadState.Standby;

    private static bool IsWhole(SmartReport report, int bits) =>
        (bits & (CommandLineBit | OpenBit | CommandFailedBit)) == 0
        && !(report.Protocol is "ATA" && report.Attributes.IsEmpty);

    // A device that opens and identifies itself, but reports no health, has no SMART.
    private static string WithoutHealth(SmartReport report, int bits) =>
        (bits & OpenBit) != 0 ? ReadState.Open
        : (bits & CommandLineBit) != 0 ? ReadState.Command
        : report.Root.Has("device") ? ReadState.Unsupported
        : ReadState.Parse;
}
