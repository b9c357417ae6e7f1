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
