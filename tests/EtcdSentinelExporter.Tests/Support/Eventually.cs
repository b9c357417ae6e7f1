using System.Diagnostics;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Waits for what another thread does in its own time, and nobody tells.</summary>
internal static class Eventually
{
    // Against hanging alone: threads of a busy machine may wait long for their turn.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    /// <param name="wanted">A clause: «the disk is asked».</param>
    /// <exception cref="TimeoutException">It did not become true.</exception>
    public static async Task IsAsync(Func<Task<bool>> condition, string wanted)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Most)
                throw new TimeoutException($"waited {Most} in vain until {wanted}");
            await Task.Yield();
        }
    }

    /// <inheritdoc cref="IsAsync(Func{Task{bool}}, string)"/>
    public static Task IsAsync(Func<bool> condition, string wanted) =>
        IsAsync(() => Task.FromResult(condition()), wanted);
}
