using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Web;

/// <summary>Limits the rate of requests with a token bucket; each interval adds one token.</summary>
internal sealed class RateGate(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private RequestRate? _rate;
    private double _left;
    private long _at;

    /// <summary>Takes one token; false if the bucket is empty. A changed rate starts with a full bucket.</summary>
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
