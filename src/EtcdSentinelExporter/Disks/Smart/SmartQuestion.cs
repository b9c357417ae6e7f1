namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What is asked of a drive.</summary>
/// <param name="WithLogs">Whether its error log, self-tests and statistics too, which cost it more.</param>
/// <param name="LetsSleep">Whether one that sleeps is left asleep.</param>
/// <param name="WasBusy">Whether it has served requests since it was asked last; <see langword="null"/> if
/// unknown.</param>
internal sealed record SmartQuestion(bool WithLogs, bool LetsSleep, bool? WasBusy);
