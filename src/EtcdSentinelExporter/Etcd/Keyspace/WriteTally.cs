using System.Text;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Adds up writes by resource, namespace and object. Not for concurrent use.</summary>
/// <param name="names">Turns keys into names.</param>
internal sealed class WriteTally(KeyNames names)
{
    /// <summary>Objects that are told apart; writes to more of them count for their namespace only.</summary>
    public const int MaxObjects = 20_000;

    /// <inheritdoc cref="MaxObjects"/>
    public const int MaxNamespaces = 5_000;

    private const int MaxName = 253;

    private readonly Dictionary<string, WriteCount> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Resource, string Namespace), WriteCount> _namespaces = [];
    private readonly Dictionary<(string Resource, string Namespace, string Name), WriteCount> _objects = [];

    public WriteCount All { get; } = new();

    public void Add(WatchBatch batch)
    {
        foreach (var one in batch.Events)
            Add(one);
    }

    /// <summary>The most written resources.</summary>
    public IEnumerable<(string Name, WriteCount Count)> Resources(int max) =>
        Top(_resources, max).Select(one => (one.Key, one.Value));

    /// <summary>The namespaces with the most writes, each with its resource; objects without one have an empty
    /// namespace.</summary>
    public IEnumerable<(string Resource, string Namespace, WriteCount Count)> Namespaces(int max) =>
        Top(_namespaces, max).Select(one => (one.Key.Resource, one.Key.Namespace, one.Value));

    /// <summary>The most written objects.</summary>
    public IEnumerable<(string Resource, string Name, WriteCount Count)> Objects(int max) =>
        Top(_objects, max).Select(one => (one.Key.Resource, Title(one.Key.Namespace, one.Key.Name), one.Value));

    /// <summary>The most written object of a namespace and its resource; <see langword="null"/> without one.</summary>
    public string? TopObject(string resource, string inNamespace) =>
        Top(_objects.Where(one => one.Key.Resource == resource && one.Key.Namespace == inNamespace), 1)
            .Select(one => Title(one.Key.Namespace, one.Key.Name)).FirstOrDefault();

    private static IEnumerable<KeyValuePair<TKey, WriteCount>> Top<TKey>(
        IEnumerable<KeyValuePair<TKey, WriteCount>> all, int max) =>
        all.OrderByDescending(one => one.Value.Writes).ThenByDescending(one => one.Value.Bytes).Take(max);

    private static string Title(string inNamespace, string name) => inNamespace is "" ? name : $"{inNamespace}/{name}";

    private void Add(WatchEvent one)
    {
        var (resource, inNamespace, name) = Name(one.Key);
        All.Add(one);
        AddTo(_resources, resource, one, MaxNamespaces);
        AddTo(_namespaces, (resource, inNamespace), one, MaxNamespaces);
        AddTo(_objects, (resource, inNamespace, name), one, MaxObjects);
    }

    private static void AddTo<TKey>(Dictionary<TKey, WriteCount> counts, TKey key, WatchEvent one, int max)
        where TKey : notnull
    {
        if (!counts.TryGetValue(key, out var count))
        {
            if (counts.Count >= max)
                return;
            counts[key] = count = new();
        }
        count.Add(one);
    }

    private (string Resource, string Namespace, string Name) Name(ByteString key)
    {
        if (names.PrefixOf(key) is not { } prefix)
            return (KeyCounts.Other, "", Shown(key.Span));
        var rest = key.Span[Encoding.UTF8.GetByteCount(prefix.Text)..];
        var slash = rest.IndexOf((byte)'/');
        return slash < 0
            ? (prefix.Resource, "", Shown(rest))
            : (prefix.Resource, Shown(rest[..slash]), Shown(rest[(slash + 1)..]));
    }

    // Names of keys are any bytes.
    private static string Shown(ReadOnlySpan<byte> bytes) => DisplayText.Of(
        Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxName)]), MaxName);
}

/// <summary>Writes of one resource, namespace or object.</summary>
internal sealed class WriteCount
{
    public long Puts { get; private set; }

    public long Deletes { get; private set; }

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; private set; }

    public long Writes => Puts + Deletes;

    public void Add(WatchEvent one)
    {
        if (one.IsDelete)
            Deletes++;
        else
            Puts++;
        Bytes += one.Key.Length + one.ValueBytes;
    }
}
