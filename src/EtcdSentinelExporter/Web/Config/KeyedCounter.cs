using System.Collections.Concurrent;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Counts what is in use, by key, and forgets a key when its count is zero again.</summary>
internal sealed class KeyedCounter<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, int> _counts = new();

    /// <returns>The new count of this key.</returns>
    public int Enter(TKey key) => _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);

    /// <summary>Must follow each <see cref="Enter"/>.</summary>
    public void Leave(TKey key)
    {
        if (_counts.AddOrUpdate(key, 0, static (_, count) => count - 1) == 0)
            _counts.TryRemove(KeyValuePair.Create(key, 0));
    }
}
