using System.Threading.Channels;
using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>How a watch for writes ended.</summary>
internal enum WriteWatchEnd
{
    /// <summary>Its time was over.</summary>
    Done,

    /// <summary>More came than could be counted in time.</summary>
    TooSlow,
}

/// <summary>Counts the writes of a cluster for a while, by a watch on one of its members.</summary>
/// <remarks>A watcher that does not read makes etcd keep batches, and later read history from disk. So one task only
/// reads, another one counts, and the watch is cancelled if the second falls behind.</remarks>
/// <param name="watch">Reads batches until it is cancelled: the watch of a member.</param>
internal sealed class WriteWatch(
    Func<Action<WatchBatch>, CancellationToken, Task> watch, TimeProvider clock)
{
    /// <summary>Bytes that may wait to be counted.</summary>
    public const long MaxQueued = 16 << 20;

    /// <summary>Time for which a batch may wait.</summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(2);

    // What an event needs beside its key.
    private const int EventBytes = 64;

    private readonly Channel<(WatchBatch Batch, long At)> _queue = Channel.CreateUnbounded<(WatchBatch, long)>(
        new() { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _queued;

    /// <summary>Largest number of bytes that waited.</summary>
    public long Peak { get; private set; }

    /// <param name="length">Duration of the watch.</param>
    /// <param name="count">Gets each batch, one at a time.</param>
    /// <exception cref="EtcdException">The watch could not be made, or etcd ended it.</exception>
    public async Task<WriteWatchEnd> RunAsync(
        TimeSpan length, Action<WatchBatch> count, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(length, clock);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var counting = Task.Run(() => CountAsync(count), CancellationToken.None);
        try
        {
            var watching = watch(Take, all.Token);
            await Task.WhenAny(watching, _slow.Task);
            if (_slow.Task.IsCompleted)
                await all.CancelAsync();
            await watching;
        }
        catch (OperationCanceledException) when (all.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _queue.Writer.TryComplete();
            await counting;
        }
        return _slow.Task.IsCompleted ? WriteWatchEnd.TooSlow : WriteWatchEnd.Done;
    }

    private void Take(WatchBatch batch)
    {
        var queued = Interlocked.Add(ref _queued, SizeOf(batch));
        Peak = Math.Max(Peak, queued);
        if (queued > MaxQueued)
            _slow.TrySetResult();
        _queue.Writer.TryWrite((batch, clock.GetTimestamp()));
    }

    private async Task CountAsync(Action<WatchBatch> count)
    {
        await foreach (var (batch, at) in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (clock.GetElapsedTime(at) > MaxLag)
                _slow.TrySetResult();
            // What waits after that is dropped.
            if (_slow.Task.IsCompleted)
                return;
            count(batch);
            Interlocked.Add(ref _queued, -SizeOf(batch));
        }
    }

    private static long SizeOf(WatchBatch batch) => batch.KeptBytes + ((long)batch.Events.Length * EventBytes);
}
