namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What to read from a drive.</summary>
/// <param name="WithLogs">True to read error log, self-tests and statistics too, which take the drive longer.</param>
/// <param name="SkipsStandby">True to leave a sleeping drive asleep.</param>
/// <param name="WasBusy">True if the drive has served requests since the previous read; <see langword="null"/> if
/// unknown.</param>
internal sealed record SmartQuestion(bool WithLogs, bool SkipsStandby, bool? WasBusy);
