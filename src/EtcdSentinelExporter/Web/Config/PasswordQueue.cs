using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Runs password checks one at a time, clients with the fewest invalid passwords first.</summary>
/// <remarks>One at a time, because a check uses one core for up to a second. By invalid passwords, because guesses
/// from many addresses must not block a Prometheus server whose password is not cached yet, as after a
/// restart.</remarks>
internal sealed class PasswordQueue
{
    private const int MaxWaiting = 256;
    private const int MaxWaitingPerClient = 4;

    // Above it all counts are reset: they only decide the order of checks.
    private const int MaxClients = 4096;

    private readonly Lock _gate = new();
    private readonly List<Check> _waiting = [];
    private readonly Dictionary<ClientKey, int> _invalid = [];
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
            if (_waiting.Count(check => check.Client == client) >= MaxWaitingPerClient)
                return Task.FromResult<bool?>(null);
            if (_waiting.Count >= MaxWaiting)
            {
                displaced = _waiting.MaxBy(check => Invalid(check.Client))!;
                if (Invalid(displaced.Client) <= Invalid(client))
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
                var isValid = await DedicatedThread.Run(next.Run);
                Count(next.Client, isValid is true);
                next.Verdict.TrySetResult(isValid);
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
            var next = _waiting.MinBy(check => Invalid(check.Client));
            _isRunning = next is not null && _waiting.Remove(next);
            return next;
        }
    }

    private void Count(ClientKey client, bool isValid)
    {
        lock (_gate)
        {
            if (_invalid.Count >= MaxClients)
                _invalid.Clear();
            if (isValid)
                _invalid.Remove(client);
            else
                _invalid[client] = Invalid(client) + 1;
        }
    }

    private int Invalid(ClientKey client) => _invalid.GetValueOrDefault(client);

    private sealed record Check(ClientKey Client, Func<bool?> Run)
    {
        public TaskCompletionSource<bool?> Verdict { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
