using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Measures the calls to one member during one poll, and keeps their records.</summary>
/// <param name="every">Poll interval.</param>
internal sealed class MemberRequests(
    ImmutableSortedDictionary<string, ProbeRecord> before, TimeSpan every, TimeProvider clock)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    public ImmutableSortedDictionary<string, ProbeRecord> Records { get; private set; } = before;

    /// <summary>True if a call is due that is sent at every <paramref name="nth"/> poll.</summary>
    /// <remarks>A poll never starts exactly on time. Without half a period of tolerance every second poll would become
    /// every third.</remarks>
    public bool IsDue(string probe, int nth) =>
        !Records.TryGetValue(probe, out var record)
        || record.Succeeded is null
        || clock.GetUtcNow() - record.LastRun >= every * (nth - 0.5);

    /// <summary>Sends one call and records it. Either the answer or the failure is <see langword="null"/>.</summary>
    /// <remarks>A call that was refused for want of rights is repeated less and less often, and fails as before in
    /// between: etcd logs a stack trace for each.</remarks>
    public async Task<(T? Answer, EtcdException? Failure)> AskAsync<T>(
        string probe, Func<CancellationToken, Task<T>> ask, CancellationToken limit)
    {
        if (Refusal(probe) is { } refusal)
            return (default, refusal);
        // Nothing was sent, so there is nothing to record.
        if (limit.IsCancellationRequested)
            return (default, new EtcdException(EtcdReason.Busy, "The poll timed out before this call was sent."));
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var (answer, failure) = await TryAsync(ask, limit);
        // A call that was not sent, because an earlier one is pending or no login is due, has no meaningful duration.
        TimeSpan? took = failure is { Reason: EtcdReason.Busy } or { IsPaused: true }
            ? null
            : clock.GetElapsedTime(started);
        Records = Records.SetItem(probe, Record(probe, at, failure, took));
        return (answer, failure);
    }

    /// <summary>Removes the records of calls that this member does not support: a learner rejects them, and etcd would
    /// count each as an error.</summary>
    public void Forget(params ReadOnlySpan<string> probes)
    {
        foreach (var probe in probes)
            Records = Records.Remove(probe);
    }

    /// <summary>The records without outdated results: without a status no other call was sent in this poll.</summary>
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
                new EtcdException(EtcdReason.Timeout, "The poll timed out before the member responded."));
        }
    }

    private EtcdException? Refusal(string probe)
    {
        if (!Records.TryGetValue(probe, out var record) || record is not { Refusals: > 0, Failure: { } failure })
            return null;
        var wait = TimeSpan.FromTicks(Math.Min(every.Ticks << Math.Min(record.Refusals, 16), MaxWait.Ticks));
        return clock.GetUtcNow() - record.LastRun < wait - (every / 2)
            ? new(failure.Reason, failure.Message)
            : null;
    }

    private ProbeRecord Record(string probe, DateTimeOffset at, EtcdException? failure, TimeSpan? took)
    {
        var known = Records.GetValueOrDefault(probe);
        var durations = known?.Durations ?? Histogram.Empty(ProbeRecord.BucketsInSeconds);
        return new()
        {
            LastRun = at,
            Succeeded = failure is null,
            Failure = failure is null ? null : new(failure.Reason, failure.Message),
            // etcd sees nothing of a login that is not due: the next one must not wait longer for it.
            Refusals = failure is { Reason: EtcdReason.Auth, IsPaused: false } ? (known?.Refusals ?? 0) + 1 : 0,
            Durations = took is { } time ? durations.Observe(time.TotalSeconds) : durations,
        };
    }
}
