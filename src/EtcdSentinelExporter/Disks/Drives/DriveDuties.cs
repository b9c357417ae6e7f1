using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Roles and load of the drives, which decide if a read is deferred.</summary>
/// <param name="Roles">Which drives carry a role; <see langword="null"/> if unknown.</param>
/// <param name="Loads">Load of the drives; <see langword="null"/> if unknown.</param>
/// <param name="Pressure">Share of the last ten seconds in which all tasks of the node waited for disks; <see
/// langword="null"/> if unknown.</param>
internal sealed record DriveDuties(DiskRoles? Roles, DiskLoads? Loads, double? Pressure)
{
    /// <summary>Pressure from which a read is deferred.</summary>
    public const double MaxPressure = 0.2;

    /// <summary>True if the drive carries a role; the previous value while the roles are unknown.</summary>
    public bool CarriesRole(DriveReading drive) => Roles?.Carries(drive.Drive.Device) ?? drive.CarriesRole;

    /// <summary>True if the drive carries etcd; the previous value while the roles are unknown.</summary>
    public bool CarriesEtcd(DriveReading drive) => Roles?.CarriesEtcd(drive.Drive.Device) ?? drive.CarriesEtcd;

    /// <summary>True if a read that is due should be deferred.</summary>
    /// <remarks>SMART commands delay the requests of a disk. A disk with a role is not read while its flushes are slow.
    /// If their latency is unknown, and for other disks, the pressure of the whole node decides.</remarks>
    public bool ShouldDefer(DriveReading drive) =>
        drive.LastSuccess is not null && drive.DeferralsInARow < DriveSchedule.MaxDeferrals && IsBusy(drive);

    private bool IsBusy(DriveReading drive) => CarriesRole(drive) && Flush(drive) is { } seconds
        ? seconds > FlushLimits.SlowSeconds
        : Pressure >= MaxPressure;

    private double? Flush(DriveReading drive) =>
        Loads?.ByDisk.GetValueOrDefault(drive.Drive.Device)?.FlushLatencySeconds;
}
