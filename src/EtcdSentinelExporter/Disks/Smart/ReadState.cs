using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What came of the latest attempt to read a drive: always exactly one of these.</summary>
internal static class ReadState
{
    public const string Ok = "ok";

    /// <summary>Its health is there, and something else failed.</summary>
    public const string Partial = "partial";

    /// <summary>Not asked yet.</summary>
    public const string Waiting = "waiting";

    public const string Permission = "permission";

    /// <summary>The device cannot be opened, or does not say who it is.</summary>
    public const string Open = "open";

    /// <summary>smartctl cannot be started, or does not take what it is told.</summary>
    public const string Command = "command";

    /// <summary>smartctl took too long and was killed.</summary>
    public const string Timeout = "timeout";

    /// <summary>smartctl took too long and cannot be killed: the kernel itself waits for the drive.</summary>
    public const string Hung = "hung";

    public const string Standby = "standby";

    /// <summary>smartctl takes it for asleep because it could not ask: it is dying, or privileges are
    /// missing.</summary>
    public const string PowerCheckFailed = "power_check_failed";

    /// <summary>It has no SMART, as virtual disks and RAID volumes have none.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>What was printed or written cannot be understood.</summary>
    public const string Parse = "parse";

    /// <summary>The agent's file has not been renewed in time.</summary>
    public const string Stale = "stale";

    /// <summary>The agent has written no file about it.</summary>
    public const string NoFile = "no_file";

    public static ImmutableArray<string> All { get; } =
    [
        Ok, Partial, Waiting, Permission, Open, Command, Timeout, Hung, Standby, PowerCheckFailed, Unsupported, Parse,
        Stale, NoFile,
    ];

    /// <summary>Whether something is wrong that somebody can repair.</summary>
    public static bool IsBlind(string state) =>
        state is Permission or Open or Command or Timeout or Hung or PowerCheckFailed or Parse or Stale or NoFile;
}
