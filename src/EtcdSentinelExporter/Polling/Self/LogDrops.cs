namespace EtcdSentinelExporter.Polling.Self;

/// <summary>Counts log lines that were dropped because standard error was not read.</summary>
/// <param name="Count">Since the start of the program.</param>
internal sealed record LogDrops(Func<long> Count);
