using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>What the drives have to do beside answering us.</summary>
/// <param name="Roles">Which of them carry something; <see langword="null"/> where that is not known now.</param>
/// <param name="Loads">How busy they are; <see langword="null"/> where that is not known now.</param>
/// <param name="Pressure">Share of the last ten seconds that the node stood still for its disks, if it is
/// known.</param>
internal sealed record DriveDuties(DiskRoles? Roles, DiskLoads? Loads, double? Pressure)
{
    /// <summary>Share of the last ten seconds that the node may stand still for its disks before a reading is put
    /// off.</summary>
    public const double MaxPressure = 0.2;

    /// <summary>Whether the control plane stands on it; as it was before where that is not known.</summary>
    public bool CarriesRole(DriveReading drive) => Roles?.Carries(drive.Drive.Device) ?? drive.CarriesRole;

    /// <summary>Whether to put off a reading that is due.</summary>
    /// <remarks>SMART commands make a disk wait. One that the control plane stands on is spared while its flushes are
    /// slow; where those are not known, and for the others, the whole node tells.</remarks>
    public bool Defers(DriveReading drive) =>
        drive.LastSuccess is not null && drive.DeferralsInARow < DriveSchedule.MaxDeferrals && IsBusy(drive);

    private bool IsBusy(DriveReading drive) => CarriesRole(drive) && Flush(drive) is { } seconds
        ? seconds > FlushLimits.SlowSeconds
        : Pressure >= MaxPressure;

    private double? Flush(DriveReading drive) =>
        Loads?.ByDisk.GetValueOrDefault(drive.Drive.Device)?.FlushLatencySeconds;
}
