using System.Collections.Concurrent;

namespace EtcdSentinelExporter.Node;

/// <summary>Reads files on threads that may be lost: a dying disk holds an <c>open(2)</c> for as long as
/// it likes.</summary>
/// <remarks>While a read of a path has not come back, no other of that path is begun.</remarks>
/// <param name="read">The bytes of a host path, bounded in size.</param>
/// <param name="limit">How long the caller waits.</param>
internal sealed class TimedReads(Func<string, byte[]> read, TimeSpan limit, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Task<byte[]>> _lost = new(StringComparer.Ordinal);

    /// <exception cref="IOException">Whatever the read itself throws, or that it took too long.</exception>
    public byte[] Read(string path)
    {
        if (_lost.TryGetValue(path, out var lost) && !lost.IsCompleted)
            throw Hangs(path);
        _lost.TryRemove(path, out _);
        var reading = Task.Factory.StartNew(
            () => read(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return reading.WaitAsync(limit, clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            _lost[path] = reading;
            throw Hangs(path);
        }
    }

    private static IOException Hangs(string path) =>
        new($"{path} cannot be read: the disk does not answer. Look at the kernel's log (dmesg).");
}
