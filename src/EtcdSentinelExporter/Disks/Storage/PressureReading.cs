using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>I/O pressure of the node at one moment.</summary>
/// <param name="At">Timestamp of the clock.</param>
/// <param name="Totals">Totals since boot; <see langword="null"/> if the kernel does not measure them.</param>
/// <param name="StalledRatio">Share of the time since the previous reading in which all tasks waited, 0 to 1; <see
/// langword="null"/> without one.</param>
internal sealed record PressureReading(long At, IoPressure? Totals, double? StalledRatio)
{
    /// <summary>No reading.</summary>
    public static PressureReading Unknown { get; } = new(At: 0, Totals: null, StalledRatio: null);

    public static PressureReading Read(HostFiles proc, PressureReading? previous, TimeProvider clock)
    {
        var totals = IoPressure.ReadAll(proc);
        var now = clock.GetTimestamp();
        var ratio = previous is null ? null
            : Ratio(totals?.Stalled - previous.Totals?.Stalled, clock.GetElapsedTime(previous.At, now));
        return new(now, totals, ratio);
    }

    // The kernel's clock and ours are not read at the same moment.
    private static double? Ratio(TimeSpan? stalled, TimeSpan window) =>
        stalled >= TimeSpan.Zero && window > TimeSpan.Zero ? Math.Min(1, stalled.Value / window) : null;
}
