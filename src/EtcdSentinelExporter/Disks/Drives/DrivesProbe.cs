using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Reads the drives that are due, one at a time per controller.</summary>
/// <param name="scan">Lists the drives.</param>
/// <param name="roles">Returns which disks carry a role.</param>
/// <param name="loads">Returns the load of the disks.</param>
/// <param name="pressure">Returns the share of the last ten seconds in which all tasks of the node waited for disks;
/// <see langword="null"/> if unknown.</param>
internal sealed class DrivesProbe(
    DriveScan scan,
    Func<CancellationToken, Task<DiskRoles>> roles,
    Func<CancellationToken, Task<DiskLoads>> loads,
    Func<double?> pressure,
    DriveReader reader,
    DriveSchedule schedule,
    DrivesLog log,
    TimeProvider clock) : IProbe<DrivesReading>
{
    /// <summary>After this no further read starts in the same poll, so that finished reads are published.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    // Drives of different controllers do not slow each other down. More at a time would strain the node.
    private const int MaxControllers = 2;

    public async ValueTask<DrivesReading> ReadAsync(DrivesReading? previous, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        previous = previous?.On(now);
        var (found, problem) = await scan.RunAsync(previous, cancellationToken);
        var before = previous?.All.ToDictionary(drive => drive.Drive.Device, StringComparer.Ordinal) ?? [];
        var readings = found
            .Select(drive => schedule.Next(before.GetValueOrDefault(drive.Device), drive, now))
            .Select(drive => DriveHistories.Restored(previous, drive))
            .ToArray();
        await ReadDueAsync(readings, cancellationToken);
        var at = clock.GetUtcNow();
        var reading = new DrivesReading(
            at, SameDrives.Mark([.. readings.Select(drive => schedule.Aged(drive, at))]), problem, Folder: null)
        {
            Histories = DriveHistories.Of(previous, readings),
        };
        log.Changes(previous, reading);
        return reading;
    }

    private async Task ReadDueAsync(DriveReading[] readings, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // Read at each poll: the load is a mean since the previous read, and a mean over minutes would hide that
        // flushes are slow now. If roles are unknown, drives are still read.
        var busy = await loads(cancellationToken).OrNullAsync();
        if (!readings.Any(drive => drive.DueAt <= now))
            return;
        var duties = new DriveDuties(await roles(cancellationToken).OrNullAsync(), busy, pressure());
        var started = clock.GetTimestamp();
        var controllers = Enumerable.Range(0, readings.Length).Where(index => readings[index].DueAt <= now)
            .OrderBy(index => readings[index].DueAt)
            .GroupBy(index => readings[index].Drive.Controller, StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            controllers,
            new ParallelOptions { MaxDegreeOfParallelism = MaxControllers, CancellationToken = CancellationToken.None },
            async (controller, _) => await ReadControllerAsync(controller));

        async Task ReadControllerAsync(IEnumerable<int> due)
        {
            foreach (var index in due)
            {
                if (clock.GetElapsedTime(started) > Budget || cancellationToken.IsCancellationRequested)
                    return;
                readings[index] = duties.ShouldDefer(readings[index])
                    ? schedule.Deferred(readings[index], now)
                    : await ReadOneAsync(readings[index], duties, cancellationToken);
            }
        }
    }

    private async Task<DriveReading> ReadOneAsync(
        DriveReading before, DriveDuties duties, CancellationToken cancellationToken)
    {
        try
        {
            var after = await reader.ReadAsync(before, duties.CarriesRole(before), cancellationToken);
            return after with { CarriesEtcd = duties.CarriesEtcd(before) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return before;
        }
    }
}
