using System.Collections.Concurrent;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Cli;

/// <summary>The last poll of each collector, and how one is polled twice.</summary>
/// <param name="window">Time between the two polls of one collector.</param>
internal sealed class CheckPolls(TimeProvider clock, TimeSpan window)
{
    private readonly ConcurrentDictionary<string, Snapshot> _last = new(StringComparer.Ordinal);
    private readonly long _started = clock.GetTimestamp();

    /// <summary>True until the second poll is due.</summary>
    public bool IsWithinWindow => Elapsed < window;

    /// <summary>The last poll of a collector; <see langword="null"/> if none is over.</summary>
    public Snapshot? Of(string collector) => _last.GetValueOrDefault(collector);

    public async Task<Snapshot> TakeAsync(Collector collector, CancellationToken stopping) =>
        _last[collector.Name] = await collector.TakeAsync(stopping);

    public async Task TakeTwiceAsync(Collector collector, CancellationToken stopping)
    {
        await TakeAsync(collector, stopping);
        await TakeAgainAsync(collector, stopping);
    }

    /// <summary>Polls once more, at the end of the window.</summary>
    public async Task TakeAgainAsync(Collector collector, CancellationToken stopping)
    {
        if (window - Elapsed is { Ticks: > 0 } rest)
            await Task.Delay(rest, clock, stopping);
        if (collector is ProbeCollector<MembersReading> { Previous: { } reading } members)
            members.Previous = WithReadsDue(reading);
        await TakeAsync(collector, stopping);
    }

    // The window is shorter than the pause between two reads: one that failed in an election of a second would stay
    // failed. A refused one is not repeated.
    private static MembersReading WithReadsDue(MembersReading reading) => reading with
    {
        Members =
        [
            .. reading.Members.Select(member =>
                member.Probes.GetValueOrDefault(ProbeRecord.LinearizableRead) is { Refusals: 0 } read
                    ? member with
                    {
                        Probes = member.Probes.SetItem(
                            ProbeRecord.LinearizableRead, read with { Succeeded = null, Failure = null }),
                    }
                    : member),
        ],
    };

    private TimeSpan Elapsed => clock.GetElapsedTime(_started);
}
