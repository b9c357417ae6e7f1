using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Times the questions to one member during one poll, and keeps their records.</summary>
/// <param name="every">From one poll to the next.</param>
internal sealed class MemberRequests(
    ImmutableSortedDictionary<string, ProbeRecord> before, TimeSpan every, TimeProvider clock)
{
    public ImmutableSortedDictionary<string, ProbeRecord> Records { get; private set; } = before;

    /// <summary>Whether the question is to be asked, if it is asked every <paramref name="nth"/> poll.</summary>
    /// <remarks>A poll is never exactly on its grid: without half a period of slack every second poll would become
    /// every third.</remarks>
    public bool IsDue(string probe, int nth) =>
        !Records.TryGetValue(probe, out var record)
        || record.Succeeded is null
        || clock.GetUtcNow() - record.LastRun >= every * (nth - 0.5);

    /// <summary>Asks once. Of answer and failure one is <see langword="null"/>.</summary>
    public async Task<(T? Answer, EtcdException? Failure)> AskAsync<T>(
        string probe, Func<CancellationToken, Task<T>> ask, CancellationToken limit)
    {
        // Nothing was asked, so there is nothing to write down.
        if (limit.IsCancellationRequested)
            return (default, new EtcdException(EtcdReason.Busy, "The poll's time was up before this could be asked."));
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var (answer, failure) = await TryAsync(ask, limit);
        // A question that was not sent, since an earlier one still waits, took no time that would say anything.
        TimeSpan? took = failure?.Reason is EtcdReason.Busy ? null : clock.GetElapsedTime(started);
        Records = Records.SetItem(probe, Record(probe, at, failure, took));
        return (answer, failure);
    }

    /// <summary>Leaves out questions that make no sense to this member: a learner refuses them, and etcd would count it
    /// as an error.</summary>
    public void Forget(params ReadOnlySpan<string> probes)
    {
        foreach (var probe in probes)
            Records = Records.Remove(probe);
    }

    /// <summary>Without a status nothing else was asked: what was true a poll ago must not pass for now.</summary>
    public ImmutableSortedDictionary<string, ProbeRecord> WithoutOutcomesThatNeedStatus() =>
        Records.SetItems(Records
            .Where(probe => probe.Key is not (ProbeRecord.Status or ProbeRecord.MetricsPage))
            .Select(probe => KeyValuePair.Create(probe.Key, probe.Value with { Succeeded = null, Failure = null })));

    private static async Task<(T?, EtcdException?)> TryAsync<T>(
        Func<CancellationToken, Task<T>> ask, CancellationToken limit)
    {
        try
        {
            return (await ask(limit), null);
        }
        catch (EtcdException e)
        {
            return (default, e);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (default,
                new EtcdException(EtcdReason.Timeout, "The poll's time was up before the member answered."));
        }
    }

    private ProbeRecord Record(string probe, DateTimeOffset at, EtcdException? failure, TimeSpan? took)
    {
        var durations = Records.GetValueOrDefault(probe)?.Durations ?? Histogram.Empty(ProbeRecord.BucketsInSeconds);
        return new()
        {
            LastRun = at,
            Succeeded = failure is null,
            Failure = failure is null ? null : new(failure.Reason, failure.Message),
            Durations = took is { } time ? durations.Observe(time.TotalSeconds) : durations,
        };
    }
}
