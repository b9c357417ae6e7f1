using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Web;

/// <summary>A bucket of requests that may still be made; a new one trickles in with every interval.</summary>
internal sealed class RateGate(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private RequestRate? _rate;
    private double _left;
    private long _at;

    /// <summary>Takes one out. A rate that changed begins with a full bucket.</summary>
    public bool TryAcquire(RequestRate? rate)
    {
        lock (_gate)
        {
            if (rate is null)
                return true;
            if (rate != _rate)
                (_rate, _left, _at) = (rate, rate.Burst, clock.GetTimestamp());
            var now = clock.GetTimestamp();
            _left = Math.Min(rate.Burst, _left + (clock.GetElapsedTime(_at, now) / rate.Interval));
            _at = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
