namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Pauses that end early, without an exception, when the run ends.</summary>
internal static class SoakPause
{
    public static Task ForAsync(TimeSpan time, CancellationToken stop) => Task.WhenAny(
        Task.Delay(time, TimeProvider.System, stop));

    /// <summary>A random time between two numbers of seconds.</summary>
    public static Task BetweenAsync(Random random, double from, double to, CancellationToken stop) =>
        ForAsync(TimeSpan.FromSeconds(from + (random.NextDouble() * (to - from))), stop);
}
