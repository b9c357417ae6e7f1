using System.Collections.Concurrent;

namespace EtcdSentinelExporter.WebConfig;

/// <summary>Counts who is inside, by a key, and forgets a key when the last one leaves.</summary>
internal sealed class Headcount<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, int> _inside = new();

    /// <returns>How many there are with this key now, the new one included.</returns>
    public int Enter(TKey key) => _inside.AddOrUpdate(key, 1, static (_, inside) => inside + 1);

    /// <summary>Has to follow each <see cref="Enter"/>.</summary>
    public void Leave(TKey key)
    {
        if (_inside.AddOrUpdate(key, 0, static (_, inside) => inside - 1) == 0)
            _inside.TryRemove(KeyValuePair.Create(key, 0));
    }
}
