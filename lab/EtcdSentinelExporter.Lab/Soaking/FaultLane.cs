using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>A kind of fault.</summary>
/// <param name="Make">Makes it, waits, and heals it; at the end of the run it heals at once.</param>
internal sealed record SoakFault(string Name, Func<Random, CancellationToken, Task> Make);

/// <summary>Makes random faults, one after the other; lanes run beside each other.</summary>
/// <param name="random">Which faults come and how long they last. When they come depends on the machine too.</param>
/// <param name="maxRest">Between two, in seconds.</param>
internal sealed class FaultLane(Random random, double maxRest, ImmutableArray<SoakFault> faults)
{
    private readonly ConcurrentDictionary<string, int> _made = new(StringComparer.Ordinal);

    private readonly ConcurrentQueue<string> _failures = new();

    /// <summary>Number of each kind so far.</summary>
    public IReadOnlyDictionary<string, int> Made => _made;

    /// <summary>Why faults could not be made or healed, a line each.</summary>
    public IEnumerable<string> Failures => _failures;

    /// <summary>Runs until the token is cancelled and the last fault is healed.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await SoakPause.BetweenAsync(random, 0.5, maxRest, stop);
            var fault = faults[random.Next(faults.Length)];
            if (stop.IsCancellationRequested)
                return;
            _made.AddOrUpdate(fault.Name, 1, (_, count) => count + 1);
            try
            {
                await fault.Make(random, stop);
            }
            // One fault less must not cost the results of hours.
            catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException)
            {
                _failures.Enqueue($"{fault.Name}: {e.Message}");
            }
        }
    }
}
