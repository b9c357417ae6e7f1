using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>A thread that sleeps for a millisecond again and again: how late this machine wakes it.</summary>
internal sealed class LateClock : IDisposable
{
    private const int SleepMilliseconds = 1;

    // Longer than a scrape may last.
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Queue<(long Woken, double Late)> _late = new();
    private volatile bool _isStopped;
    private long _asleep = Stopwatch.GetTimestamp();

    public LateClock() => new Thread(Run) { IsBackground = true, Name = "late clock" }.Start();

    /// <summary>The longest delay of a sleep that ended after a moment or has not ended yet, in
    /// milliseconds.</summary>
    /// <param name="since">Of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public double Since(long since)
    {
        lock (_lock)
        {
            return _late.Where(one => one.Woken >= since).Select(one => one.Late)
                .Append(Stopwatch.GetElapsedTime(_asleep).TotalMilliseconds - SleepMilliseconds).Max();
        }
    }

    public void Dispose() => _isStopped = true;

    private void Run()
    {
        while (!_isStopped)
        {
            Thread.Sleep(SleepMilliseconds);
            lock (_lock)
            {
                var woken = Stopwatch.GetTimestamp();
                _late.Enqueue((woken, Stopwatch.GetElapsedTime(_asleep, woken).TotalMilliseconds - SleepMilliseconds));
                _asleep = woken;
                while (Stopwatch.GetElapsedTime(_late.Peek().Woken, woken) > s_kept)
                    _late.Dequeue();
            }
        }
    }
}
