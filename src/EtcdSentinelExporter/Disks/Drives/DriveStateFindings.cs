using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Findings about drives whose health cannot be read, or only a part of it.</summary>
internal static class DriveStateFindings
{
    private const string ReadByHand =
        "Run smartctl --json --info --health --attributes on the drive and check its output.";

    /// <param name="drive">Reading of the drive.</param>
    /// <param name="name">Name of the drive in findings.</param>
    public static IEnumerable<Finding> Of(DriveReading drive, string name)
    {
        if (drive.State is ReadState.Hung)
        {
            yield return new("DiskHung", Severity.Warning, name,
                Summary: "smartctl waits inside the kernel for the drive and cannot be killed.",
                NextStep: $"Check dmesg for resets of the drive; expect to replace it. {DrivesFindings.Replace}");
        }
        else if (ReadState.IsBlind(drive.State) && NeedsAttention(drive))
        {
            yield return new("DiskUnreadable", Severity.Warning, name,
                Summary: $"The drive's health cannot be read ({drive.State}): {drive.Message}",
                NextStep: Remedy(drive));
        }
        else if (drive.State is ReadState.Partial)
        {
            yield return new("DiskHealthIncomplete", Severity.Info, name,
                Summary: $"A part of the drive's health cannot be read: {drive.Message}",
                NextStep: ReadByHand);
        }
    }

    // A card reader or a BMC's virtual disk never reports health; that is no problem. A wrong setup of the exporter or
    // a timeout is one.
    private static bool NeedsAttention(DriveReading drive) =>
        drive.LastSuccess is not null || drive.CarriesRole
        || drive.State is ReadState.Permission or ReadState.Failed or ReadState.Timeout or ReadState.Stale
            or ReadState.NoFile
        || (drive.State is ReadState.Command && drive.ExitStatus is null);

    private static string Remedy(DriveReading drive) => drive switch
    {
        { Message: var message } when message.Contains(SmartctlVerdict.UnknownBridge, StringComparison.Ordinal) =>
            $"Set the type of the drive's USB bridge in drives.devices, as in {drive.Drive.Path};sat; "
                + "smartctl -d test shows the type.",
        { Message: var message } when message.StartsWith(SmartctlVerdict.Disabled, StringComparison.Ordinal) =>
            $"Switch SMART on: smartctl -s on{Type(drive.Drive)} {drive.Drive.Path}",
        _ => RemedyOf(drive.State),
    };

    private static string Type(Drive drive) => drive.Type is { } type ? $" -d {type}" : "";

    private static string RemedyOf(string state) => state switch
    {
        ReadState.Permission or ReadState.PowerCheckFailed =>
            "Run as root in a privileged container, or run smart-agent there and set drives.source=folder here.",
        ReadState.Command =>
            "Install smartmontools 7.0 or later; for a drive behind a controller set its type in drives.devices.",
        ReadState.Stale or ReadState.NoFile => "Check that smart-agent runs on this node and writes to drives.folder.",
        ReadState.Failed =>
            "Check dmesg for errors of the drive; one that stops reporting its health is often dying. "
                + DrivesFindings.Replace,
        ReadState.Parse => ReadByHand,
        _ => "Run smartctl --info on the drive, and check dmesg for resets of the drive.",
    };

    /// <summary>Findings about values that are present but invalid.</summary>
    public static IEnumerable<Finding> OfUndecodable(DriveReading drive, string name)
    {
        if (drive.Health is { Undecodable: { IsEmpty: false } fields })
        {
            yield return new("DiskHealthIncomplete", Severity.Info, name,
                Summary: $"The drive reports invalid values for {string.Join(", ", fields)}.",
                NextStep: "Update smartmontools; if that does not help, report the output of smartctl --json -x.");
        }
    }
}
