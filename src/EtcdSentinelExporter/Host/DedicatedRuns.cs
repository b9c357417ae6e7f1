namespace EtcdSentinelExporter.Host;

/// <summary>Runs work on dedicated threads, one run at a time. A run that ignores cancellation is abandoned, and no
/// other starts until it returns. Not safe for concurrent use.</summary>
/// <param name="within">Timeout after which the token of a run is cancelled; <see cref="DedicatedThread.Grace"/> later
/// the run counts as failed.</param>
/// <param name="clock">Measures both.</param>
internal sealed class DedicatedRuns<T>(TimeSpan within, TimeProvider clock)
{
    private Task<T>? _running;

    /// <summary>True while a run has not returned, in time or not.</summary>
    public bool IsRunning => _running is { IsCompleted: false };

    /// <exception cref="TimeoutException">The run ignored cancellation, or an earlier one has not returned
    /// yet.</exception>
    public Task<T> StartAsync(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        if (IsRunning)
            return Task.FromException<T>(new TimeoutException("The previous run has not returned yet."));
        _running = DedicatedThread.Run(() => RunAsync(work, cancellationToken));
        return DedicatedThread.Observed(_running.WaitAsync(within + DedicatedThread.Grace, clock, cancellationToken));
    }

    private async Task<T> RunAsync(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        return await work(either.Token);
    }
}
