namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Derives the read state from the output of smartctl, because its exit status alone is ambiguous.</summary>
internal static class SmartctlVerdict
{
    /// <summary>Part of the message of smartctl about an unknown USB bridge.</summary>
    public const string UnknownBridge = "Unknown USB bridge";

    /// <summary>Start of the message of smartctl about a drive whose SMART is switched off.</summary>
    public const string Disabled = "SMART Disabled";

    /// <summary>Bit of the exit status: smartctl rejects its arguments.</summary>
    public const int CommandLineBit = 1;

    /// <summary>Bit of the exit status: the device cannot be opened, or does not identify itself.</summary>
    public const int OpenBit = 2;

    private const int CommandFailedBit = 4;

    // Some controllers and bridges do not pass on the drive's verdict, so smartctl derives it from the attributes.
    private const string FromAttributes = "This result is based on an Attribute check";

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
        var message = Message(report, bits);
        if (LowPower(report) is { } mode)
            return (OfLowPower(report, mode, wasBusy), message);
        if (report.HasHealth)
            return (IsWhole(report, bits) ? ReadState.Ok : ReadState.Partial, message);
        var known = KnownMessages.FirstOrDefault(known =>
            report.Messages.Any(text => text.Contains(known.Part, StringComparison.Ordinal))).State;
        return (known ?? WithoutHealth(report, bits), message);
    }

    // Some failures have no message.
    private static string Message(SmartReport report, int bits) => report.Messages.FirstOrDefault(
        text => text.Length > 0,
        IsDisabled(report) && !report.HasHealth ? $"{Disabled}."
            : bits == 0 ? ""
            : $"smartctl exited with status {bits} and no message.");

    // "STANDBY", "STANDBY_Y", "STANDBY (OS)", "STANDBY BY TIMER", "LOW POWER".
    private static string? LowPower(SmartReport report) => report.Messages
        .Where(text => text.StartsWith("Device is in ", StringComparison.Ordinal))
        .Select(text => text["Device is in ".Length..].Split(" mode", 2))
        .Where(parts => parts.Length == 2)
        .Select(parts => parts[0])
        .FirstOrDefault();

    // If the power check of an ATA drive fails, smartctl reports SLEEP. A drive that has served requests since the
    // previous read was not asleep. A SCSI drive reports its mode itself.
    private static string OfLowPower(SmartReport report, string mode, bool? wasBusy) =>
        mode.StartsWith("SLEEP", StringComparison.Ordinal) && report.Protocol is not "SCSI"
            && !report.Root.Has("power_mode") && wasBusy is not false
            ? ReadState.PowerCheckFailed
            : ReadState.Standby;

    private static bool IsWhole(SmartReport report, int bits) =>
        (bits & (CommandLineBit | OpenBit)) == 0
        && ((bits & CommandFailedBit) == 0
            || report.Messages.Any(text => text.Contains(FromAttributes, StringComparison.Ordinal)))
        && !(report.Protocol is "ATA" && report.Attributes.IsEmpty);

    // A device that opens and identifies itself, but reports no health, has no SMART, unless it claims to have it.
    private static string WithoutHealth(SmartReport report, int bits) =>
        (bits & OpenBit) != 0 ? ReadState.Open
        : (bits & CommandLineBit) != 0 ? ReadState.Command
        : IsDisabled(report) || ((bits & CommandFailedBit) != 0 && ClaimsSmart(report)) ? ReadState.Failed
        : report.Root.Has("device") ? ReadState.Unsupported
        : ReadState.Parse;

    private static bool IsDisabled(SmartReport report) =>
        report.Messages.Any(text => text.StartsWith(Disabled, StringComparison.Ordinal))
        || (report.Root.Flag("smart_support", "available") is true
            && report.Root.Flag("smart_support", "enabled") is false);

    // Before 7.3, smartctl does not print smart_support.
    private static bool ClaimsSmart(SmartReport report) =>
        report.Root.Flag("smart_support", "available") ?? report.Protocol is "ATA" or "NVMe";
}
