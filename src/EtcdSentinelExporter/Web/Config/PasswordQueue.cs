
namespace EtcdSentinelExporter.Web.Config;

/// <summary>Runs password checks one at a time, clients with the fewest invalid passwords first.</summary>
/// <remarks>One at a time, because a check uses one core for up to a second. By invalid passwords, because guesses
/// from many addresses must not block a Prometheus server whose password is not cached yet, as after a
/// restart.</remarks>
internal sealed class PasswordQueue
{
    private const int MaxWaiting = 256;
    private const int MaxWaitingOfOne = 4;

    // Above it all counts are reset: they only decide the order of checks.
    private const int MaxClients = 4096;

    private readonly Lock _gate = new();
    private readonly List<Check> _waiting = [];
    private readonly Dictionary<ClientKey, int> _wrong = [];
    private bool _isRunning;

    /// <summary>Queues a check. It runs even if its request is aborted: the next request then finds a cached
    /// verdict.</summary>
    /// <returns>Null if the queue is full, or a client with fewer invalid passwords took its place.</returns>
    public Task<bool?> RunAsync(ClientKey client, Func<bool> check)
    {
        Check? displaced = null;
        var added = new Check(client, () => check());
        lock (_gate)
        {
            if (_waiting.Count(one => one.Client == client) >= MaxWaitingOfOne)
                return Task.FromResult<bool?>(null);
            if (_waiting.Count >= MaxWaiting)
            {
                displaced = _waiting.MaxBy(one => Wrong(one.Client))!;
                if (Wrong(displaced.Client) <= Wrong(client))
                    return Task.FromResult<bool?>(null);
                _waiting.Remove(displaced);
            }
            _waiting.Add(added);
            if (!_isRunning)
                (_isRunning, _) = (true, RunAllAsync());
        }
        displaced?.Verdict.SetResult(null);
        return added.Verdict.Task;
    }

    private async Task RunAllAsync()
    {
        await Task.Yield();
        while (Next() is { } next)
        {
            try
            {
                // A dedicated thread, because a second of computation must not delay other requests.
                var isRight = await Task.Factory.StartNew(
                    next.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Count(next.Client, isRight is true);
                next.Verdict.TrySetResult(isRight);
            }
            // A check that throws, or gets no thread, fails only its own request.
            catch (Exception e) when (next.Verdict.TrySetException(e))
            {
                // The exception is passed to the request.
            }
        }
    }

    private Check? Next()
    {
        lock (_gate)
        {
            // The oldest check of the clients with the fewest invalid passwords.
            var next = _waiting.MinBy(one => Wrong(one.Client));
            _isRunning = next is not null && _waiting.Remove(next);
            return next;
        }
    }

    private void Count(ClientKey client, bool isRight)
    {
        lock (_gate)
        {
            if (_wrong.Count >= MaxClients)
                _wrong.Clear();
            if (isRight)
                _wrong.Remove(client);
            else
                _wrong[client] = Wrong(client) + 1;
        }
    }

    private int Wrong(ClientKey client) => _wrong.GetValueOrDefault(client);

    private sealed record Check(ClientKey Client, Func<bool?> Run)
    {
        public TaskCompletionSource<bool?> Verdict { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
