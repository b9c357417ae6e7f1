using System.Threading.Channels;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Writes lines on a thread of its own: a pipe that nobody reads blocks that thread, and no request or
/// poll.</summary>
internal sealed class LineWriter : IDisposable
{
    private const int MaxWaiting = 1024;

    // Full, it refuses a line; completed, it refuses all, also those of threads that outlive the program's end.
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly Thread _thread;
    private readonly TimeSpan _flushWithin;
    private long _dropped;

    /// <param name="to">Used by that thread alone.</param>
    /// <param name="flushWithin">Time for the last lines when the program ends.</param>
    public LineWriter(TextWriter to, TimeSpan flushWithin)
    {
        _flushWithin = flushWithin;
        _thread = new(() => Run(to)) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Lines that were not written since the start, because too many were waiting.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Returns at once; the line is written soon, or dropped and counted.</summary>
    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _thread.Join(_flushWithin);
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
            Interlocked.Increment(ref _dropped); // A full disk must not end the program that reports it.
        }
    }
}
