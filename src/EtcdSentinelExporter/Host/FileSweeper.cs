using System.Collections.Immutable;

namespace EtcdSentinelExporter.Host;

/// <summary>Looks at many files, one after the other, on a thread that may be lost to a disk that hangs.</summary>
/// <remarks>A file at which nothing moves for the limit is given up with its thread, and the rest goes on with another.
/// It is not looked at again until that thread has come back. Not for two sweeps at once.</remarks>
/// <param name="limit">How long one file may take.</param>
/// <param name="clock">Measures it.</param>
internal sealed class FileSweeper(TimeSpan limit, TimeProvider clock)
{
    // A disk that is dead holds every file on it, and each would cost a thread and the limit.
    private const int MaxLost = 4;

    private readonly AbandonedWork _lost = new();

    /// <summary>One answer per path, in their order, also when the token is cancelled.</summary>
    /// <param name="paths">What to look at.</param>
    /// <param name="look">Must not throw for what a file may hold.</param>
    /// <param name="hangs">The answer for a path that there is no time or no disk for.</param>
    /// <param name="cancellationToken">Ends the sweep early.</param>
    public async Task<ImmutableArray<T>> RunAsync<T>(
        ImmutableArray<string> paths, Func<string, T> look, Func<string, T> hangs, CancellationToken cancellationToken)
    {
        var answers = ImmutableArray.CreateBuilder<T>(paths.Length);
        while (answers.Count < paths.Length)
        {
            if (_lost.Contains(paths[answers.Count]) || _lost.Count >= MaxLost || cancellationToken.IsCancellationRequested)
            {
                answers.Add(hangs(paths[answers.Count]));
                continue;
            }
            var lane = new Lane<T>(paths, answers.Count, look, _lost.Contains);
            var running = Task.Factory.StartNew(
                lane.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await FollowAsync(running, lane, cancellationToken);
            answers.AddRange(lane.TakeOver());
            if (running.IsCompleted)
                await running;
            else
                _lost.Add(paths[answers.Count], running);
        }
        return answers.MoveToImmutable();
    }

    /// <summary>Until the lane has ended, or did not move for the limit.</summary>
    private async Task FollowAsync<T>(Task running, Lane<T> lane, CancellationToken cancellationToken)
    {
        for (var seen = -1; !running.IsCompleted && lane.Done != seen;)
        {
            seen = lane.Done;
            try
            {
                await running.WaitAsync(limit, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Looked at above: a lane that has moved goes on.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private sealed class Lane<T>(
        ImmutableArray<string> paths, int first, Func<string, T> look, Func<string, bool> skips)
    {
        private readonly Lock _gate = new();
        private readonly List<T> _answers = [];
        private bool _isAbandoned;
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public void Run()
        {
            for (var at = first; at < paths.Length && !skips(paths[at]); at++)
            {
                var answer = look(paths[at]);
                lock (_gate)
                {
                    if (_isAbandoned)
                        return;
                    _answers.Add(answer);
                }
                Volatile.Write(ref _done, _done + 1);
            }
        }

        /// <summary>What there is; nothing is added any more.</summary>
        public ImmutableArray<T> TakeOver()
        {
            lock (_gate)
            {
                _isAbandoned = true;
                return [.. _answers];
            }
        }
    }
}
