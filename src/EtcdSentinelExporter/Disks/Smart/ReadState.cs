namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>States of the latest attempt to read a drive. A drive has exactly one.</summary>
internal static class ReadState
{
    public const string Ok = "ok";

    /// <summary>Health was read, but something else failed.</summary>
    public const string Partial = "partial";

    /// <summary>Not read yet.</summary>
    public const string Waiting = "waiting";

    public const string Permission = "permission";

    /// <summary>The device cannot be opened, or does not identify itself.</summary>
    public const string Open = "open";

    /// <summary>The drive has SMART, but its health cannot be read: the drive is dying, or SMART is
    /// disabled.</summary>
    public const string Failed = "failed";

    /// <summary>smartctl cannot be started, or rejects its arguments.</summary>
    public const string Command = "command";

    /// <summary>smartctl timed out and was killed.</summary>
    public const string Timeout = "timeout";

    /// <summary>smartctl timed out and cannot be killed: it waits inside the kernel for the drive.</summary>
    public const string Hung = "hung";

    public const string Standby = "standby";

    /// <summary>smartctl reports sleep because the power check failed: the drive is dying, or privileges are
    /// missing.</summary>
    public const string PowerCheckFailed = "power_check_failed";

    /// <summary>The drive has no SMART, like virtual disks and RAID volumes. A drive that ever reported its health
    /// never gets this state.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>The output of smartctl or the agent's file cannot be parsed.</summary>
    public const string Parse = "parse";

    /// <summary>The agent's file is out of date.</summary>
    public const string Stale = "stale";

    /// <summary>The agent has written no file for the drive.</summary>
    public const string NoFile = "no_file";

    public static ImmutableArray<string> All { get; } =
    [
        Ok, Partial, Waiting, Permission, Open, Failed, Command, Timeout, Hung, Standby, PowerCheckFailed, Unsupported,
        Parse, Stale, NoFile,
    ];

    /// <summary>True if the read failed for a reason that can be fixed.</summary>
    public static bool IsBlind(string state) =>
        state is Permission or Open or Failed or Command or Timeout or Hung or PowerCheckFailed or Parse or Stale
            or NoFile;
}
