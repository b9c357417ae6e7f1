using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Counts the keys of one member once, part by part, and learns new prefixes on the way.</summary>
/// <remarks>One count for one poll; not for concurrent use.</remarks>
/// <param name="roots">Where API servers may store their keys, the most likely first.</param>
internal sealed class KeyCounter(
    IKeyspaceMember member, ImmutableArray<string> roots, KeyspaceMap before, TimeProvider clock)
{
    /// <summary>Keys read in each gap. On etcd up to 3.6 their values are loaded, too.</summary>
    public const int MaxNames = 8;

    /// <summary>Names of definitions in one response: with the longest possible names it has 230 kB.</summary>
    public const int MaxDefinitions = 700;

    /// <summary>etcd logs each refusal.</summary>
    public const int MaxRefusals = 16;

    private static readonly TimeSpan RefusedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortCall = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<ByteString> _counted = [];
    private readonly List<KeyPrefix> _found = [];
    private readonly List<string> _definitions = [];
    private readonly List<string> _namespaces = [];
    private ImmutableDictionary<ByteString, DateTimeOffset> _refused = before.Refused
        .RemoveRange(before.Refused.Where(one => clock.GetUtcNow() - one.Value >= RefusedFor).Select(one => one.Key));

    private TimeSpan _took;
    private long _gaps;
    private int _requests;
    private int _refusals;

    /// <summary>Time that etcd needed so far.</summary>
    public TimeSpan Took => _took;

    /// <summary>Longest request so far: etcd's index is locked for it.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <exception cref="EtcdException">A request failed.</exception>
    public async Task<(KeyCounts Counts, KeyspaceMap Map)> CountAsync(CancellationToken cancellationToken)
    {
        var map = before with { Roots = await RootsAsync(cancellationToken) };
        if (before.AreNamespacesDue(_now))
        {
            map = map with
            {
                Namespaces = [.. _namespaces.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                NamespacesAt = _now,
            };
        }
        var missing = 0;
        foreach (var part in map.Plan(_now).OrderBy(part => part.Kind is KeyPartKind.Gap))
        {
            if (!_counted.Contains(part.Range.Start) && !await CountAsync(part, map.Names, cancellationToken))
                missing++;
        }
        var counts = new KeyCounts(_now, _took, _requests).With(_keys, _gaps, missing);
        return (counts, Next(map));
    }

    // Every Kubernetes has namespaces. One that may not be asked counts as present if it is the likely one.
    private async Task<ImmutableArray<string>> RootsAsync(CancellationToken cancellationToken)
    {
        var present = ImmutableArray.CreateBuilder<string>();
        foreach (var root in roots)
        {
            var prefix = $"{root}{KubernetesResources.Namespaces}/";
            var keys = await CountNamespacesAsync(prefix, cancellationToken);
            if (keys is null ? root == roots[0] : keys > 0)
                present.Add(root);
            if (keys is not > 0)
                continue;
            _counted.Add(ByteString.CopyFromUtf8(prefix));
            Add(KubernetesResources.Namespaces, keys.Value);
        }
        return present.ToImmutable();
    }

    /// <returns><see langword="null"/> if etcd refused a part.</returns>
    private async Task<long?> CountNamespacesAsync(string prefix, CancellationToken cancellationToken)
    {
        var isDue = before.AreNamespacesDue(_now);
        long? keys = 0;
        foreach (var range in isDue ? KeyPlan.ByLetter(prefix) : [KeyRange.OfPrefix(prefix)])
        {
            if (await AskAsync(range, isDue ? MaxDefinitions : 0, cancellationToken) is not { } answer)
                return null;
            keys += answer.Count;
            _namespaces.AddRange(answer.Kvs.Select(one => DefinitionNames.NameOf(one.Key)).OfType<string>());
        }
        return keys;
    }

    /// <returns>False if etcd refused it.</returns>
    private async Task<bool> CountAsync(KeyPart part, KeyNames names, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(part.Range, NamesIn(part.Kind), cancellationToken);
        if (answer is null)
            return false;
        if (part.Kind is KeyPartKind.Gap)
        {
            _gaps += answer.Count;
            _found.AddRange(answer.Kvs.Select(one => names.PrefixOf(one.Key)).OfType<KeyPrefix>());
            return true;
        }
        Add(part.Resource, answer.Count);
        if (part.Kind is KeyPartKind.Definitions)
            _definitions.AddRange(answer.Kvs.Select(one => DefinitionNames.PathOf(one.Key)).OfType<string>());
        return true;
    }

    private static int NamesIn(KeyPartKind kind) => kind switch
    {
        KeyPartKind.Gap => MaxNames,
        KeyPartKind.Definitions => MaxDefinitions,
        _ => 0,
    };

    private void Add(string resource, long keys) => _keys[resource] = _keys.GetValueOrDefault(resource) + keys;

    /// <returns><see langword="null"/> if etcd's access control refuses it, now or within the last hour.</returns>
    private async Task<RangeResponse?> AskAsync(KeyRange range, int names, CancellationToken cancellationToken)
    {
        if (_refused.ContainsKey(range.Start) || _refusals >= MaxRefusals)
            return null;
        var started = clock.GetTimestamp();
        try
        {
            return await member.RangeAsync(range, names, cancellationToken);
        }
        catch (EtcdException e) when (e.Reason == EtcdReason.Auth && !e.IsLogin)
        {
            _refusals++;
            _refused = _refused.SetItem(range.Start, _now);
            return null;
        }
        finally
        {
            _requests++;
            var took = clock.GetElapsedTime(started);
            _took += took;
            Slowest = took > Slowest ? took : Slowest;
            await PauseAsync(took, cancellationToken);
        }
    }

    // etcd's index is locked while it counts: writers get as much time as the count took.
    private Task PauseAsync(TimeSpan took, CancellationToken cancellationToken) => took < ShortCall
        ? Task.CompletedTask
        : Task.Delay(took < MaxPause ? took : MaxPause, clock, cancellationToken);

    private KeyspaceMap Next(KeyspaceMap map)
    {
        var definitions = _keys.GetValueOrDefault(KubernetesResources.Definitions);
        if (map.AreDefinitionsDue(_now) && map.Roots is [_, ..])
        {
            map = map with
            {
                CustomResources =
                    [.. _definitions.Distinct(StringComparer.Ordinal).Take(KeyspaceMap.MaxCustomResources)],
                DefinitionsAt = _now,
                DefinitionsRead = definitions,
            };
        }
        map = map with
        {
            Large = _keys.Where(one => one.Value > KeyspaceMap.LargeKeys).ToImmutableDictionary(StringComparer.Ordinal),
        };
        return (map with { DefinitionsNow = definitions, Refused = _refused })
            .Learn(_found, learned => _keys.TryGetValue(learned.Resource, out var keys) && keys == 0);
    }
}
