using System.Threading.Channels;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Writes lines on a dedicated thread, so that a blocked pipe blocks no request and no poll.</summary>
internal sealed class LineWriter : IDisposable
{
    private const int MaxBufferedLines = 1024;

    // A full channel rejects the line; a completed one rejects all lines, also of threads that are still running.
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxBufferedLines) { SingleReader = true });

    private readonly Thread _thread;
    private readonly TimeSpan _flushTimeout;
    private long _dropped;

    /// <param name="to">Used only by that thread.</param>
    /// <param name="flushTimeout">Maximum time for writing the last lines on disposal.</param>
    public LineWriter(TextWriter to, TimeSpan flushTimeout)
    {
        _flushTimeout = flushTimeout;
        _thread = new(() => Run(to)) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Number of lines dropped since the start, because the buffer was full or writing failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Queues a line and returns without blocking. If the buffer is full, the line is dropped and
    /// counted.</summary>
    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _thread.Join(_flushTimeout);
    }

    private void Run(TextWriter to)
    {
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_lines.Reader.TryRead(out var line))
                Write(to, line);
        }
    }

    private void Write(TextWriter to, string line)
    {
        try
        {
            to.WriteLine(line);
            to.Flush();
        }
        catch (IOException)
        {
            Interlocked.Increment(ref _dropped); // A full disk must not stop the exporter that reports it.
        }
    }
}
