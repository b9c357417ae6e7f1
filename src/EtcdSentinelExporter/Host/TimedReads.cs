using System.Diagnostics.CodeAnalysis;

namespace EtcdSentinelExporter.Host;

/// <summary>Reads files on threads that may be lost: a dying disk holds an <c>open(2)</c> for as long as
/// it likes.</summary>
/// <remarks>While a read of a path has not come back, no other of that path is begun. One thread that behaves is kept
/// for the next read: to start one costs more than to read a small file.</remarks>
/// <param name="read">The bytes of a host path, bounded in size.</param>
/// <param name="limit">How long the caller waits.</param>
internal sealed class TimedReads(Func<string, byte[]> read, TimeSpan limit, TimeProvider clock)
{
    // Longer than from one scrape to the next.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly AbandonedWork _lost = new();
    private Reader? _idle;

    /// <exception cref="IOException">Whatever the read itself throws, or that it took too long.</exception>
    public byte[] Read(string path)
    {
        if (_lost.Contains(path))
            throw Hangs(path);
        // Concurrent callers do not queue; each gets its own thread.
        var reader = Interlocked.Exchange(ref _idle, null) ?? Started();
        var reading = reader.Begin(path);
        try
        {
            return reading.WaitAsync(limit, clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            _lost.Add(path, reading);
            throw Hangs(path);
        }
        finally
        {
            if (!reading.IsCompleted || Interlocked.CompareExchange(ref _idle, reader, null) is not null)
                reader.Dismiss();
        }
    }

    private Reader Started()
    {
        var reader = new Reader(read, one => Interlocked.CompareExchange(ref _idle, null, one) == one);
        _ = Task.Factory.StartNew(
            reader.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return reader;
    }

    private static IOException Hangs(string path) =>
        new($"{path} cannot be read: the disk does not answer. Look at the kernel's log (dmesg).");

    /// <param name="retire">Whether nobody has taken this reader, and from now on nobody will.</param>
    private sealed class Reader(Func<string, byte[]> read, Func<Reader, bool> retire)
    {
        private readonly object _gate = new();
        private Task<byte[]>? _asked;
        private bool _isDismissed;

        /// <summary>Not before the read before has come back.</summary>
        public Task<byte[]> Begin(string path)
        {
            var reading = new Task<byte[]>(() => read(path));
            lock (_gate)
            {
                _asked = reading;
                Monitor.Pulse(_gate);
            }
            return reading;
        }

        /// <summary>Ends the thread, once its disk lets it go.</summary>
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

        // What was asked comes before the end: somebody may wait for it. And one whose time is over may have been taken
        // just now, and is about to be called.
        private bool Next([NotNullWhen(true)] out Task<byte[]>? reading)
        {
            lock (_gate)
            {
                while (_asked is null && !_isDismissed)
                {
                    if (!Monitor.Wait(_gate, KeptFor) && retire(this))
                        break;
                }
                (reading, _asked) = (_asked, null);
                return reading is not null;
            }
        }
    }
}
