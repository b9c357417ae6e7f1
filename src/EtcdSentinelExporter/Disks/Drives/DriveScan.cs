using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Lists the drives; while that fails, the drives of the poll before stay.</summary>
/// <param name="drives">Which drives there are now.</param>
internal sealed class DriveScan(Func<CancellationToken, Task<ImmutableArray<Drive>>> drives)
{
    /// <returns>The drives, and why they are those of <paramref name="previous"/>; <see langword="null"/> when they are
    /// not.</returns>
    /// <exception cref="IOException">They cannot be listed, and never were; as for the others.</exception>
    /// <exception cref="UnauthorizedAccessException">sysfs may not be listed.</exception>
    /// <exception cref="TimeoutException">sysfs does not answer.</exception>
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
        && previous?.All.FirstOrDefault(one => one.Drive.Device == drive.Device)?.Drive is { } same
            ? drive with { Serial = disk.SerialOr(same.Serial, same.Disk?.Sequence) }
            : drive;
}
