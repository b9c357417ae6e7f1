namespace EtcdSentinelExporter.Host;

/// <summary>Runs work that may block for ever on background threads of its own.</summary>
/// <remarks><c>open(2)</c> on a dying disk blocks before the first await, and must not take a thread from the pool
/// that serves <c>/metrics</c>. The exceptions of the tasks count as observed: callers may give up on them.</remarks>
internal static class DedicatedThread
{
    /// <summary>Time that work has to return once its token is cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Starts asynchronous work; the thread is used until its first await.</summary>
    public static Task<T> Run<T>(Func<Task<T>> work) => Observed(Start(work).Unwrap());

    /// <summary>Starts synchronous work.</summary>
    public static Task<T> Run<T>(Func<T> work) => Observed(Start(work));

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public static Task Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Returns the same task; if all callers give up on it, its exception is observed.</summary>
    public static Task<T> Observed<T>(Task<T> task)
    {
        _ = task.ContinueWith(
            static failed => failed.Exception,
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }

    private static Task<T> Start<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

/// <summary>Runs work on dedicated threads, one run at a time. A run that ignores cancellation is abandoned, and no
/// other starts until it returns. Not safe for concurrent use.</summary>
/// <param name="within">Timeout after which the token of a run is cancelled; <see cref="DedicatedThread.Grace"/> later
/// the run counts as failed.</param>
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
