using System.Diagnostics;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Waits for a condition that another thread makes true, by polling.</summary>
internal static class Eventually
{
    // Between two checks the processor is free for the other thread.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="wanted">Clause for the message: "the disk is read".</param>
    /// <exception cref="TimeoutException">The condition did not become true within <see
    /// cref="Patience.Limit"/>.</exception>
    public static async Task IsAsync(Func<Task<bool>> condition, string wanted)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience.Limit)
                throw new TimeoutException($"timed out after {Patience.Limit} waiting until {wanted}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="IsAsync(Func{Task{bool}}, string)"/>
    public static Task IsAsync(Func<bool> condition, string wanted) =>
        IsAsync(() => Task.FromResult(condition()), wanted);

    /// <summary>Waits for the task.</summary>
    /// <exception cref="TimeoutException">The task did not complete within <see cref="Patience.Limit"/>.</exception>
    public static Task EndsAsync(Task task) => task.WaitAsync(Patience.Limit, TimeProvider.System);

    /// <inheritdoc cref="EndsAsync(Task)"/>
    public static Task<T> EndsAsync<T>(Task<T> task) => task.WaitAsync(Patience.Limit, TimeProvider.System);
}
