namespace EtcdSentinelExporter.Host;

/// <summary>Lets one event of an interval through and counts the others.</summary>
internal sealed class Throttle(TimeSpan interval, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long? _passedAt;
    private long _held;

    /// <param name="count">Events since the one that passed before, this one included.</param>
    public bool TryPass(out long count)
    {
        lock (_gate)
        {
            count = ++_held;
            if (_passedAt is { } last && clock.GetElapsedTime(last) < interval)
                return false;
            (_passedAt, _held) = (clock.GetTimestamp(), 0);
            return true;
        }
    }
}
