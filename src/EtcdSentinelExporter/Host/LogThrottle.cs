namespace EtcdSentinelExporter.Host;

/// <summary>Passes one event per interval and counts the suppressed ones.</summary>
internal sealed class LogThrottle(TimeSpan interval, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long? _passedAt;
    private long _count;

    /// <param name="count">Events since the last one that passed, including this one.</param>
    public bool TryPass(out long count)
    {
        lock (_gate)
        {
            count = ++_count;
            if (_passedAt is { } last && clock.GetElapsedTime(last) < interval)
                return false;
            (_passedAt, _count) = (clock.GetTimestamp(), 0);
            return true;
        }
    }
}
