using System.Text;
using EtcdSentinelExporter.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Reads the keys of one resource for somebody who asks: how many there are in each namespace, and which are
/// the largest.</summary>
/// <param name="root">Prefix of the API server.</param>
internal sealed class ResourceKeyReader(IKeyspaceMember member, string root, string path)
{
    /// <summary>More keys are not read: etcd would load all their values.</summary>
    public const long MaxRead = 50_000;

    private const int FirstPage = 16;
    private const int MaxPage = 4096;
    private const int FullAnswer = 2 << 20;
    private const int MaxLargest = 20;
    private const int MaxShown = 512;

    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyz";

    private string Prefix => $"{root}{path}/";

    /// <summary>Number of keys, and the revision of the answer.</summary>
    public async Task<(long Keys, long Revision)> CountAsync(CancellationToken cancellationToken)
    {
        var answer = await member.RangeAsync(KeyRange.OfPrefix(Prefix), names: 0, cancellationToken);
        return (answer.Count, answer.Header?.Revision ?? 0);
    }

    /// <summary>Number of keys in each namespace that has any, the most first. Keys outside of namespaces have an empty
    /// one.</summary>
    /// <remarks>Each key is visited once.</remarks>
    public async Task<ImmutableArray<(string Namespace, long Keys)>> ByNamespaceAsync(
        CancellationToken cancellationToken)
    {
        var counts = new List<(string Namespace, long Keys)>();
        var others = 0L;
        foreach (var (range, name) in await PartsAsync(cancellationToken))
        {
            var keys = (await member.RangeAsync(range, names: 0, cancellationToken)).Count;
            if (name is null)
                others += keys;
            else
                counts.Add((name, keys));
        }
        return [.. counts.Append(("", others)).Where(one => one.Item2 > 0).OrderByDescending(one => one.Item2)];
    }

    /// <summary>Reads all values at one revision, and keeps the names of the largest.</summary>
    /// <param name="revision">Revision of the count.</param>
    public async Task<LargestKeys> LargestAsync(long revision, CancellationToken cancellationToken)
    {
        var largest = new LargestKeys();
        foreach (var (range, _) in await PartsAsync(cancellationToken))
        {
            var names = await member.ReadAsync(range, hasValues: false, revision, cancellationToken);
            ImmutableArray<ByteString> keys = [.. names.Kvs.Select(one => one.Key)];
            for (var (at, size) = (0, FirstPage); at < keys.Length;)
            {
                // etcd would visit the rest of the range with a limit, but not with an end.
                var end = at + size < keys.Length ? keys[at + size] : range.End;
                var answer = await member.ReadAsync(
                    new(keys[at], end), hasValues: true, revision, cancellationToken);
                var bytes = answer.Kvs.Sum(one => (long)one.Value.Length);
                foreach (var one in answer.Kvs)
                    largest = largest.Add(Shown(one.Key), one.Value.Length, MaxLargest);
                at += size;
                size = bytes < FullAnswer ? Math.Min(size * 2, MaxPage) : Math.Max(size / 2, FirstPage);
            }
        }
        return largest;
    }

    // From namespace to namespace, and what is between them.
    private async Task<IEnumerable<(KeyRange Range, string? Namespace)>> PartsAsync(
        CancellationToken cancellationToken)
    {
        var spaces = new List<string>();
        var all = $"{root}{KubernetesResources.Namespaces}/";
        foreach (var part in KeyRange.OfPrefix(all).SplitAt(
            Letters.Select(letter => ByteString.CopyFromUtf8($"{all}{letter}"))))
        {
            var answer = await member.RangeAsync(part, KeyCounter.MaxDefinitions, cancellationToken);
            spaces.AddRange(answer.Kvs.Select(one => Encoding.UTF8.GetString(one.Key.Span[all.Length..])));
        }
        var known = spaces.Where(name => name.Length > 0 && !name.Contains('/', StringComparison.Ordinal))
            .Select(name => (Range: KeyRange.OfPrefix($"{Prefix}{name}/"), Name: name))
            .ToDictionary(one => one.Range.Start, one => one.Name);
        var boundaries = known.Keys.Concat(known.Keys.Select(start => KeyRange.OfPrefix(start).End))
            .Order(Comparer<ByteString>.Create(KeyRange.Compare));
        return KeyRange.OfPrefix(Prefix).SplitAt(boundaries)
            .Select(range => (range, known.GetValueOrDefault(range.Start)));
    }

    private string Shown(ByteString key)
    {
        var name = key.Span[Encoding.UTF8.GetByteCount(Prefix)..];
        return DisplayText.Of(Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxShown)]), MaxShown);
    }
}

/// <summary>The largest values that were read.</summary>
internal sealed record LargestKeys
{
    /// <summary>The largest first.</summary>
    public ImmutableArray<(string Name, int Bytes)> Keys { get; private init; } = [];

    public long Count { get; private init; }

    public long Bytes { get; private init; }

    public LargestKeys Add(string name, int bytes, int max)
    {
        var next = this with { Count = Count + 1, Bytes = Bytes + bytes };
        return Keys.Length == max && bytes <= Keys[^1].Bytes
            ? next
            : next with { Keys = [.. Keys.Append((name, bytes)).OrderByDescending(one => one.Item2).Take(max)] };
    }
}
