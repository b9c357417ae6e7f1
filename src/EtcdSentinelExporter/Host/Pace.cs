namespace EtcdSentinelExporter.Host;

/// <summary>Limits the rate of work that blocks its own thread.</summary>
/// <param name="bytesPerSecond">Maximum mean rate since the start.</param>
internal sealed class Pace(double bytesPerSecond, TimeProvider clock)
{
    // A shorter pause costs more than it saves.
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(5);

    private readonly long _started = clock.GetTimestamp();
    private long _bytes;

    /// <summary>Counts bytes that were read, and waits until the next are due.</summary>
    public void Add(int bytes)
    {
        _bytes += bytes;
        var due = TimeSpan.FromSeconds(_bytes / bytesPerSecond) - clock.GetElapsedTime(_started);
        if (due > MinPause)
            Task.Delay(due, clock).GetAwaiter().GetResult();
    }
}
