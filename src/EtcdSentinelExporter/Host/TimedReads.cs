using System.Diagnostics.CodeAnalysis;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads files with a timeout on dedicated threads: on a dying disk <c>open(2)</c> may block for
/// ever.</summary>
/// <remarks>While a read of a path has not returned, no other read of that path starts. One idle thread is kept for the
/// next read, because starting a thread costs more than reading a small file.</remarks>
/// <param name="read">Reads the bytes of a host path, up to a limit.</param>
internal sealed class TimedReads(Func<string, byte[]> read, TimeSpan limit, TimeProvider clock)
{
    // Longer than a usual scrape interval.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly AbandonedWork _abandoned = new();
    private Reader? _idle;

    /// <exception cref="IOException">The read failed or timed out.</exception>
    public byte[] Read(string path)
    {
        _abandoned.RemoveReturned();
        if (_abandoned.Contains(path))
            throw DoesNotRespond(path);
        // Concurrent callers do not queue; each gets its own thread.
        var reader = Interlocked.Exchange(ref _idle, null) ?? StartReader();
        var reading = reader.Begin(path);
        try
        {
            return reading.WaitAsync(limit, clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            _abandoned.Add(path, reading);
            throw DoesNotRespond(path);
        }
        finally
        {
            if (!reading.IsCompleted || Interlocked.CompareExchange(ref _idle, reader, null) is not null)
                reader.Dismiss();
        }
    }

    private Reader StartReader()
    {
        var reader = new Reader(read, idle => Interlocked.CompareExchange(ref _idle, null, idle) == idle);
        _ = DedicatedThread.Run(reader.Run);
        return reader;
    }

    private static IOException DoesNotRespond(string path) =>
        new($"Cannot read {path}: the disk does not respond; check the kernel log (dmesg).");

    /// <param name="retire">Removes this idle reader; true if it was not taken by a caller.</param>
    private sealed class Reader(Func<string, byte[]> read, Func<Reader, bool> retire)
    {
        private readonly object _gate = new();
        private Task<byte[]>? _request;
        private bool _isDismissed;

        /// <summary>Starts a read. The previous one must have returned.</summary>
        public Task<byte[]> Begin(string path)
        {
            var reading = new Task<byte[]>(() => read(path));
            lock (_gate)
            {
                _request = reading;
                Monitor.Pulse(_gate);
            }
            return reading;
        }

        /// <summary>Ends the thread after its current read.</summary>
        public void Dismiss()
        {
            lock (_gate)
            {
                _isDismissed = true;
                Monitor.Pulse(_gate);
            }
        }

        public void Run()
        {
            while (Next(out var reading))
                reading.RunSynchronously(TaskScheduler.Default);
        }

        // A pending request is served before the thread ends, because a caller waits for it. After the idle timeout, a
        // caller may just have taken this reader: then it stays.
        private bool Next([NotNullWhen(true)] out Task<byte[]>? reading)
        {
            lock (_gate)
            {
                while (_request is null && !_isDismissed)
                {
                    if (!Monitor.Wait(_gate, KeptFor) && retire(this))
                        break;
                }
                (reading, _request) = (_request, null);
                return reading is not null;
            }
        }
    }
}
