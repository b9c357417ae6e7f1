using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Polling;

/// <inheritdoc/>
/// <param name="name">Folder, value of the <c>collector</c> label, and prefix of the settings.</param>
/// <param name="probe">The only part that does I/O.</param>
/// <param name="subjects">Counts the items in a reading, for <c>collector_subjects</c>; 0 if there are none.</param>
/// <param name="judge">Derives findings from a reading.</param>
/// <param name="clock">Provides the timestamps of snapshots and the timeout of polls.</param>
internal sealed class ProbeCollector<TReading>(
    string name,
    Cadence cadence,
    IProbe<TReading> probe,
    ImmutableArray<MetricFamily<TReading>> families,
    Func<TReading, int> subjects,
    Func<TReading, IEnumerable<Finding>> judge,
    TimeProvider clock) : Collector(name, cadence)
    where TReading : class
{
    private readonly DedicatedRuns<TReading> _runs = new(cadence.Within, clock);
    private PollCounts _polls;

    public override IEnumerable<MetricFamily> Families => families;

    /// <summary>The last successful reading, as the next poll gets it; <see langword="null"/> at first. Set between
    /// polls only.</summary>
    public TReading? Previous { get; set; }

    /// <summary>Why a poll counts as failed although it has a reading; <see langword="null"/> if it does not.</summary>
    /// <remarks>For a reading that says what could not be polled: an exception would take its series away.</remarks>
    public Func<TReading, ProbeFailure?> FailureIn { get; init; } = _ => null;

    public override async Task<Snapshot> TakeAsync(CancellationToken stopping)
    {
        var snapshot = new Snapshot<TReading>(Name, clock.GetUtcNow())
        {
            Every = Cadence.Every,
            IsInternal = IsInternal,
        };
        var started = clock.GetTimestamp();
        try
        {
            var previous = Previous;
            snapshot = Success(snapshot, await _runs.StartAsync(
                async token => await probe.ReadAsync(previous, token), stopping));
            Previous = snapshot.Reading;
        }
        // An unexpected exception of a probe becomes a failed snapshot, so that one broken collector never takes down
        // the series of the others.
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            snapshot = Failed(snapshot, ProbeFailure.From(e));
        }
        catch (Exception e)
        {
            throw new OperationCanceledException("The exporter is stopping.", e, stopping);
        }
        _polls = snapshot.Polls;
        return snapshot with { Took = clock.GetElapsedTime(started) };
    }

    private Snapshot<TReading> Success(Snapshot<TReading> snapshot, TReading reading)
    {
        // Not in the registry: an exception here fails only this poll, and a dropped sample counts once per poll, not
        // once per scrape.
        var samples = FamilySamples.Of(families, reading);
        var (findings, judgeFailure) = Judgement.Of(judge, reading, Name);
        snapshot = snapshot with
        {
            Reading = reading,
            Families = samples,
            Findings = findings,
            JudgeFailure = judgeFailure,
        };
        return FailureIn(reading) is { } failure
            ? Failed(snapshot, failure)
            : snapshot with
            {
                Subjects = subjects(reading),
                Polls = _polls.AddSuccess(snapshot.TakenAt, dropped: samples.Sum(family => family.Dropped)),
            };
    }

    private Snapshot<TReading> Failed(Snapshot<TReading> snapshot, ProbeFailure failure) => snapshot with
    {
        Failure = failure,
        Findings = [failure.ToFinding(Name), .. snapshot.Findings],
        Polls = _polls.AddFailure(),
    };
}
