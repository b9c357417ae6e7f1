using System.Diagnostics;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Bounded waiting for something that real processes do in their own time.</summary>
internal static class Wait
{
    /// <param name="condition">Asked ten times a second.</param>
    /// <param name="wanted">For the message, as a clause: «the member answers».</param>
    /// <param name="limit">Two minutes when left out: against hanging, not to say how fast something is.</param>
    /// <exception cref="TimeoutException">It did not become true.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string wanted, TimeSpan? limit = null)
    {
        var most = limit ?? TimeSpan.FromMinutes(2);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > most)
                throw new TimeoutException($"waited {most} in vain until {wanted}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }
}
