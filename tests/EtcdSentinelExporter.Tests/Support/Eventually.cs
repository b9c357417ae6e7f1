using System.Diagnostics;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Waits for a condition that another thread makes true and does not announce.</summary>
internal static class Eventually
{
    // Between two looks the processor is free for the thread that is waited for.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="wanted">A clause for the message: "the disk is asked".</param>
    /// <exception cref="TimeoutException">It did not become true within <see cref="Patience.Limit"/>.</exception>
    public static async Task IsAsync(Func<Task<bool>> condition, string wanted)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience.Limit)
                throw new TimeoutException($"waited {Patience.Limit} in vain until {wanted}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="IsAsync(Func{Task{bool}}, string)"/>
    public static Task IsAsync(Func<bool> condition, string wanted) =>
        IsAsync(() => Task.FromResult(condition()), wanted);

    /// <summary>Ends as the task does.</summary>
    /// <exception cref="TimeoutException">It did not end within <see cref="Patience.Limit"/>.</exception>
    public static Task EndsAsync(Task task) => task.WaitAsync(Patience.Limit, TimeProvider.System);

    /// <inheritdoc cref="EndsAsync(Task)"/>
    public static Task<T> EndsAsync<T>(Task<T> task) => task.WaitAsync(Patience.Limit, TimeProvider.System);
}
