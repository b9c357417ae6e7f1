
namespace EtcdSentinelExporter.Web.Config;

/// <summary>Runs password checks one at a time, clients with the fewest wrong passwords first.</summary>
/// <remarks>One at a time, because a check takes a processor for up to a second. By wrong passwords, because guesses
/// from many addresses must not keep out a Prometheus whose password is not remembered yet, as after a
/// restart.</remarks>
internal sealed class PasswordQueue
{
    private const int MaxWaiting = 256;
    private const int MaxWaitingOfOne = 4;

    // Beyond it the counts begin anew: they order checks, and nothing else depends on them.
    private const int MaxClients = 4096;

    private readonly Lock _gate = new();
    private readonly List<Check> _waiting = [];
    private readonly Dictionary<ClientKey, int> _wrong = [];
    private bool _isRunning;

    /// <summary>Runs a check when its turn comes, also if its request gives up: the next request finds the verdict
    /// remembered.</summary>
    /// <returns>Null if too many are waiting, or a client with fewer wrong passwords took its place.</returns>
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
                // A thread of its own, because a second of arithmetic must not delay other requests.
                var isRight = await Task.Factory.StartNew(
                    next.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Count(next.Client, isRight is true);
                next.Verdict.TrySetResult(isRight);
            }
            // A check that throws, or gets no thread, fails its request; those of others go on.
            catch (Exception e) when (next.Verdict.TrySetException(e))
            {
                // The request has the exception now.
            }
        }
    }

    private Check? Next()
    {
        lock (_gate)
        {
            // The oldest of the clients with the fewest wrong passwords.
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
