namespace EtcdSentinelExporter.Host;

/// <summary>Reads many files in sequence, on a dedicated thread that a hanging disk may block.</summary>
/// <remarks>A file that exceeds the limit is abandoned with its thread, and a new thread continues with the rest. The
/// file is skipped until that thread returns. Not safe for concurrent use.</remarks>
/// <param name="limit">Timeout per file.</param>
internal sealed class FileSweeper(TimeSpan limit, TimeProvider clock)
{
    // On a dead disk every file blocks, and each would cost a thread and a timeout.
    private const int MaxAbandoned = 4;

    private readonly AbandonedWork _abandoned = new();

    /// <summary>Returns one result per path, in the same order, even if the token is cancelled.</summary>
    /// <param name="read">Reads a file. Must not throw because of its content.</param>
    /// <param name="onTimeout">Returns the result for a path whose disk hangs, or that was not reached.</param>
    public async Task<ImmutableArray<T>> RunAsync<T>(
        ImmutableArray<string> paths, Func<string, T> read, Func<string, T> onTimeout,
        CancellationToken cancellationToken)
    {
        // Once per sweep: on a slow disk, whose reads return late, at most a few files may cost a timeout.
        _abandoned.RemoveReturned();
        var results = ImmutableArray.CreateBuilder<T>(paths.Length);
        while (results.Count < paths.Length)
        {
            if (_abandoned.Contains(paths[results.Count]) || _abandoned.Count >= MaxAbandoned
                || cancellationToken.IsCancellationRequested)
            {
                results.Add(onTimeout(paths[results.Count]));
                continue;
            }
            var worker = new Worker<T>(paths, results.Count, read, _abandoned.Contains);
            var running = DedicatedThread.Run(worker.Run);
            await FollowAsync(running, worker, cancellationToken);
            results.AddRange(worker.Abandon());
            if (running.IsCompleted)
                await running;
            else if (results.Count < paths.Length)
                _abandoned.Add(paths[results.Count], running);
        }
        return results.MoveToImmutable();
    }

    /// <summary>Waits until the worker has ended, or has made no progress within the limit.</summary>
    private async Task FollowAsync<T>(Task running, Worker<T> worker, CancellationToken cancellationToken)
    {
        for (var last = -1; !running.IsCompleted && worker.Done != last;)
        {
            last = worker.Done;
            try
            {
                await running.WaitAsync(limit, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Checked above: a worker that made progress continues.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private sealed class Worker<T>(
        ImmutableArray<string> paths, int first, Func<string, T> read, Func<string, bool> skips)
    {
        private readonly Lock _gate = new();
        private readonly List<T> _results = [];
        private bool _isAbandoned;
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public void Run()
        {
            for (var at = first; at < paths.Length && !skips(paths[at]); at++)
            {
                var result = read(paths[at]);
                lock (_gate)
                {
                    if (_isAbandoned)
                        return;
                    _results.Add(result);
                }
                Volatile.Write(ref _done, _done + 1);
            }
        }

        /// <summary>Stops the worker from adding results, and returns those so far.</summary>
        public ImmutableArray<T> Abandon()
        {
            lock (_gate)
            {
                _isAbandoned = true;
                return [.. _results];
            }
        }
    }
}
