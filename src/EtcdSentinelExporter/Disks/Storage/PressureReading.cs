using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>How much the node waited for its disks.</summary>
/// <param name="At">A timestamp of the clock.</param>
/// <param name="Totals"><see langword="null"/> where the kernel does not measure it.</param>
/// <param name="StalledRatio">Share of the time since the reading before, 0 to 1; <see langword="null"/> where there is
/// none.</param>
internal sealed record PressureReading(long At, IoPressure? Totals, double? StalledRatio)
{
    /// <summary>Where nobody has looked.</summary>
    public static PressureReading Unknown { get; } = new(At: 0, Totals: null, StalledRatio: null);

    public static PressureReading Read(HostFiles proc, PressureReading? previous, TimeProvider clock)
    {
        var totals = IoPressure.ReadAll(proc);
        var now = clock.GetTimestamp();
        var ratio = previous is null ? null
            : Ratio(totals?.Stalled - previous.Totals?.Stalled, clock.GetElapsedTime(previous.At, now));
        return new(now, totals, ratio);
    }

    // The kernel's clock and ours are not read at one moment.
    private static double? Ratio(TimeSpan? stalled, TimeSpan window) =>
        stalled >= TimeSpan.Zero && window > TimeSpan.Zero ? Math.Min(1, stalled.Value / window) : null;
}
