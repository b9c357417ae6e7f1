using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Lists the drives; while that fails, the drives of the previous poll are kept.</summary>
/// <param name="drives">Returns the current drives.</param>
internal sealed class DriveScan(Func<CancellationToken, Task<ImmutableArray<Drive>>> drives)
{
    /// <returns>The drives, and why they are those of <paramref name="previous"/>; <see langword="null"/> if the list
    /// is new.</returns>
    /// <exception cref="IOException">The first listing failed; the same holds for the other exceptions.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list sysfs.</exception>
    /// <exception cref="TimeoutException">sysfs does not respond.</exception>
    public async Task<(ImmutableArray<Drive> Drives, string? Problem)> RunAsync(
        DrivesReading? previous, CancellationToken cancellationToken)
    {
        try
        {
            var found = await drives(cancellationToken);
            return ([.. found.Select(drive => WithSerial(previous, drive))], null);
        }
        catch (Exception e) when (previous is not null
            && e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return ([.. previous.All.Select(drive => drive.Drive)], e.Message);
        }
    }

    private static Drive WithSerial(DrivesReading? previous, Drive drive) =>
        drive.Disk is { } disk
        && previous?.All.FirstOrDefault(other => other.Drive.Device == drive.Device)?.Drive is { } same
            ? drive with { Serial = disk.SerialOr(same.Serial, same.Disk?.Sequence) }
            : drive;
}
