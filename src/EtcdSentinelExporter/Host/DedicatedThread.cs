namespace EtcdSentinelExporter.Host;

/// <summary>Runs work that may block for ever where it holds up nobody.</summary>
internal static class DedicatedThread
{
    /// <summary>Starts the work on a thread of its own; it does not keep the program alive.</summary>
    /// <remarks><c>open(2)</c> on a dying disk blocks before the first await, and must not take a thread from the pool
    /// that serves <c>/metrics</c>.</remarks>
    public static Task<T> Run<T>(Func<Task<T>> work) => Observed(Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());

    /// <summary>The same task; should everybody give up on it, its failure is nobody's.</summary>
    public static Task<T> Observed<T>(Task<T> task)
    {
        _ = task.ContinueWith(
            static failed => failed.Exception,
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return task;
    }
}
