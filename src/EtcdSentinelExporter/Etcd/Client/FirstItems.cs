using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Collects the first distinct items of a response in linear time, and drops the rest.</summary>
internal sealed class FirstItems<T>(int max)
{
    private readonly HashSet<T> _seen = [];
    private readonly ImmutableArray<T>.Builder _items = ImmutableArray.CreateBuilder<T>();

    public ImmutableArray<T> Items => _items.ToImmutable();

    /// <summary>True if an item was dropped. Duplicates do not count.</summary>
    public bool IsTruncated { get; private set; }

    public void Add(T item)
    {
        if (_seen.Count == max)
            IsTruncated |= !_seen.Contains(item);
        else if (_seen.Add(item))
            _items.Add(item);
    }
}
