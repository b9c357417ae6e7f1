using System.Globalization;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Findings that one poll of the drives can prove. Those that need a history (new timeouts, growth) are left
/// to the rules.</summary>
internal static class DrivesFindings
{
    public const double WearWarning = 0.8;
    public const double WornOut = 0.9;

    private const string Replace =
        "If the disk carries etcd, take the member out in this order: "
        + "etcdctl endpoint health --cluster must show the others healthy; etcdctl snapshot save elsewhere; "
        + "etcdctl member remove of this one; stop etcd, replace the disk, empty the data directory; "
        + "etcdctl member add --learner, start etcd, promote. One member at a time, the leader last.";

    private const string ReadLogsFirst =
        "Read smartctl -l error -l selftest -l devstat first; "
        + "run a long self-test only after leadership was moved away: it slows the disk down.";

    private const string ReadByHand =
        "Run smartctl --json --info --health --attributes on the drive and check its output.";

    public static IEnumerable<Finding> Judge(DrivesReading reading) =>
        OfScan(reading).Concat(OfVolumes(reading)).Concat(reading.Drives.SelectMany(OfDrive));

    private static IEnumerable<Finding> OfVolumes(DrivesReading reading) =>
        reading.All.Any(drive => drive.Drive.Disk is null) ? [] :
        from drive in reading.Drives
        where drive is { State: ReadState.Unsupported, Drive.Disk.IsVolume: true }
        select new Finding("DiskBehindController", Severity.Info, Name(drive),
            Summary: "The disk is a volume of a RAID controller: the health of its drives is not monitored.",
            NextStep: "Run etcd-sentinel-exporter drives --suggest on the node, and set drives.devices.");

    private static IEnumerable<Finding> OfScan(DrivesReading reading)
    {
        if (reading.ScanProblem is { } problem)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, "drives",
                Summary: $"Cannot list the drives of the node, keeping the previous list: {problem}",
                NextStep: "Mount the node's /sys and set path.sysfs to it.");
        }
        foreach (var (what, count) in reading.Folder?.Files.Where(item => item.Value > 0) ?? [])
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, "drives",
                Summary: $"{count} files in drives.folder are ignored: {what}.",
                NextStep: what is FolderProblems.Clock
                    ? "Compare the clocks of this container and of smart-agent's with that of the node."
                    : "Check that exactly one smart-agent of the same version runs on this node, and that nothing "
                        + "else writes to the folder.");
        }
    }

    private static IEnumerable<Finding> OfDrive(DriveReading drive)
    {
        var name = Name(drive);
        return OfState(drive, name)
            .Concat(drive.Health is { } verdict ? OfVerdict(verdict, name) : [])
            .Concat(OfWear(drive.Endurance, name))
            .Concat(DriveRisk.Of(drive, name, Replace))
            .Concat(drive.Health is { } health
                ? OfTimeouts(drive, health, name).Concat(OfErrors(health, name)).Concat(OfUndecodable(health, name))
                : []);
    }

    private static IEnumerable<Finding> OfState(DriveReading drive, string name)
    {
        if (drive.State is ReadState.Hung)
        {
            yield return new("DiskHung", Severity.Warning, name,
                Summary: "smartctl waits inside the kernel for the drive and cannot be killed.",
                NextStep: $"Check dmesg for resets of the drive; expect to replace it. {Replace}");
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
            $"Check dmesg for errors of the drive; one that stops reporting its health is often dying. {Replace}",
        ReadState.Parse => ReadByHand,
        _ => "Run smartctl --info on the drive, and check dmesg for resets of the drive.",
    };

    private static IEnumerable<Finding> OfVerdict(DriveHealth health, string name)
    {
        if (Verdict(health) is { } verdict)
            yield return new("DiskFailing", Severity.Warning, name, verdict, NextStep: Replace);
    }

    // One finding with the reason that says most: the verdict of the drive sums up the others.
    private static string? Verdict(DriveHealth health)
    {
        if (string.Join(", ", health.GraveWarnings) is { Length: > 0 } reasons)
            return $"The drive reports a critical warning: {reasons}.";
        if (health is { Spare: { } spare, SpareThreshold: > 0 and var threshold } && spare < threshold)
        {
            return $"{Percent(spare)} of the spare blocks are left, less than the drive's own limit of "
                + $"{Percent(threshold)}.";
        }
        if (health.WarnsOfSpare)
            return "The drive warns that few spare blocks are left.";
        if (health.Passed is false)
            return "The drive itself reports that it is failing.";
        return health.FailingNow > 0
            ? $"{health.FailingNow} prefailure attributes are below their threshold."
            : null;
    }

    private static IEnumerable<Finding> OfWear(Endurance? read, string name)
    {
        if (read is not { UsedRatio: >= WearWarning and var used } endurance)
            yield break;
        var column = endurance.Source is "attr202"
            ? " In smartctl's table Percent_Lifetime_Remain has two columns: VALUE is percent left, "
                + "RAW_VALUE percent used."
            : "";
        var isWornOut = used >= WornOut;
        yield return new(
            isWornOut ? "DiskWornOut" : "DiskWearHigh", isWornOut ? Severity.Warning : Severity.Info, name,
            Summary: $"{Percent(used)} of the drive's rated writes are used up (read from {endurance.Source}).{column}",
            NextStep: isWornOut ? Replace : $"Order a replacement. {Replace}");
    }

    private static IEnumerable<Finding> OfUndecodable(DriveHealth health, string name)
    {
        if (!health.Undecodable.IsEmpty)
        {
            yield return new("DiskHealthIncomplete", Severity.Info, name,
                Summary: $"The drive reports invalid values for {string.Join(", ", health.Undecodable)}.",
                NextStep: "Update smartmontools; if that does not help, report the output of smartctl --json -x.");
        }
    }

    // Healthy drives may have some: only under etcd they say which disk to look at first.
    private static IEnumerable<Finding> OfTimeouts(DriveReading drive, DriveHealth health, string name)
    {
        if (drive.CarriesRole && health.CommandTimeouts is { Total: > 0 and var timeouts })
        {
            yield return new("DiskCommandTimeoutHistory", Severity.Info, name,
                Summary: $"{timeouts} commands timed out{Hours(health)}.",
                NextStep: $"Compare with slow flushes of etcd and with its wear. {ReadLogsFirst}");
        }
    }

    private static IEnumerable<Finding> OfErrors(DriveHealth health, string name)
    {
        foreach (var (count, what) in MediaErrors(health).Where(item => item.Count > 0))
        {
            yield return new("DiskMediaErrors", Severity.Info, name,
                Summary: $"Over the lifetime of the drive: {Number(count)} {what}.",
                NextStep: $"Act only if the number grows. {ReadLogsFirst}");
        }
        if (health.Pending > 0)
        {
            yield return new("DiskPendingSectors", Severity.Warning, name,
                Summary: $"{Number(health.Pending.Value)} sectors cannot be read at present.",
                NextStep: $"{ReadLogsFirst} {Replace}");
        }
        if (health.Temperature >= health.TemperatureLimit || health.WarnsOfTemperature)
        {
            yield return new("DiskHot", Severity.Warning, name,
                Summary: health is { Temperature: { } hot, TemperatureLimit: { } limit } && hot >= limit
                    ? $"The drive is at {Number(hot)} °C; its own limit is {Number(limit)} °C."
                    : "The drive warns that its temperature is out of range.",
                NextStep: "Check fans and air flow.");
        }
    }

    // Lifetime totals: one poll cannot show if they grow.
    private static IEnumerable<(double? Count, string What)> MediaErrors(DriveHealth health) =>
    [
        (health.MediaErrors, "uncorrected media errors"),
        (health.ReportedUncorrectable, "uncorrectable errors reported to the host"),
        (health.GrownDefects, "grown defects"),
    ];

    private static string Name(DriveReading drive) => drive.Identity is { } identity
        ? $"{drive.Drive.Device} ({identity.Model}, serial number {identity.Serial})"
        : drive.Drive.Device;

    private static string Hours(DriveHealth health) =>
        health.PowerOn is { } time ? $" in {Number(Math.Floor(time.TotalHours))} h of running" : "";

    private static string Percent(double? ratio) => ratio?.ToString("0.#%", CultureInfo.InvariantCulture) ?? "";

    private static string Number(double? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "";
}
