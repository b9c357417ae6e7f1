namespace EtcdSentinelExporter.Host;

/// <summary>Runs work that may block for ever on its own thread.</summary>
internal static class DedicatedThread
{
    /// <summary>Time that work has to return once its token is cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Starts the work on a background thread; it does not keep the program alive.</summary>
    /// <remarks><c>open(2)</c> on a dying disk blocks before the first await, and must not take a thread from the pool
    /// that serves <c>/metrics</c>.</remarks>
    public static Task<T> Run<T>(Func<Task<T>> work) => Observed(Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());

    /// <summary>Returns the same task, with its exception observed even if no caller awaits it.</summary>
    public static Task<T> Observed<T>(Task<T> task)
    {
        _ = task.ContinueWith(
            static failed => failed.Exception,
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }
}
