using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>What is known about the prefixes of keys. It grows from poll to poll.</summary>
internal sealed record KeyspaceMap
{
    /// <summary>More are not counted one by one.</summary>
    public const int MaxLearned = 1000;

    /// <inheritdoc cref="MaxLearned"/>
    public const int MaxCustomResources = 4000;

    /// <summary>A resource with more keys is counted in several requests.</summary>
    public const long LargeKeys = 20_000;

    private const int MaxPieces = 100;

    /// <summary>Definitions whose number changed are read again after this time: etcd up to 3.6 loads their
    /// values.</summary>
    public static readonly TimeSpan DefinitionsFor = TimeSpan.FromHours(1);

    /// <summary>Root of the part of OpenShift's keys that its own API server stores.</summary>
    private const string OpenShiftRoot = "/openshift.io/";
    private const string OpenShift = "/kubernetes.io/";

    public static KeyspaceMap Empty { get; } = new();

    /// <summary>Prefixes of API servers that have keys, such as <c>/registry/</c>.</summary>
    public ImmutableArray<string> Roots { get; init; } = [];

    /// <summary>Custom resources as <c>group/plural</c>.</summary>
    public ImmutableArray<string> CustomResources { get; init; } = [];

    /// <summary>When the definitions were read; <see langword="null"/> if never.</summary>
    public DateTimeOffset? DefinitionsAt { get; init; }

    /// <summary>Number of definitions when they were read.</summary>
    public long DefinitionsRead { get; init; }

    /// <summary>Number of definitions at the last poll.</summary>
    public long DefinitionsNow { get; init; }

    /// <summary>Prefixes found in gaps.</summary>
    public ImmutableArray<KeyPrefix> Learned { get; init; } = [];

    /// <summary>Starts of ranges that etcd's access control refused, and when.</summary>
    public ImmutableDictionary<ByteString, DateTimeOffset> Refused { get; init; } =
        ImmutableDictionary<ByteString, DateTimeOffset>.Empty;

    /// <summary>Namespaces in the order of keys; read only once a resource is large.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary>When the namespaces were read; <see langword="null"/> if never.</summary>
    public DateTimeOffset? NamespacesAt { get; init; }

    /// <summary>Resources with more than <see cref="LargeKeys"/> keys, and how many they have.</summary>
    public ImmutableDictionary<string, long> Large { get; init; } =
        ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Turns keys into names.</summary>
    public KeyNames Names => new(AllRoots);

    private ImmutableArray<string> AllRoots => Roots.Contains(OpenShift, StringComparer.Ordinal)
        ? Roots.Add(OpenShiftRoot)
        : Roots;

    /// <summary>The parts of the key space, each key in one of them.</summary>
    public IEnumerable<KeyPart> Plan(DateTimeOffset now) => KeyPlan.Of(
        Prefixes(), AreDefinitionsDue(now) ? DefinitionsPrefix : null, usesGrid: Roots.IsEmpty).SelectMany(Divide);

    // The index is locked while a part is counted: a large resource is counted some namespaces at a time.
    private IEnumerable<KeyPart> Divide(KeyPart part)
    {
        if (part.Kind is not KeyPartKind.Resource || !Large.TryGetValue(part.Resource, out var keys))
            return [part];
        var pieces = (int)Math.Min(MaxPieces, 1 + (keys / (LargeKeys / 2)));
        var step = 1 + (Namespaces.Length / pieces);
        var boundaries = Namespaces.Where((_, at) => at % step == 0)
            .Select(name => KeyRange.Join(part.Range.Start, $"{name}/"));
        return part.Range.SplitAt(boundaries).Select(range => part with { Range = range });
    }

    /// <summary>True if the names of the namespaces are to be read: once there is a large resource, and then each
    /// hour.</summary>
    public bool AreNamespacesDue(DateTimeOffset now) =>
        !Large.IsEmpty && (NamespacesAt is not { } at || now - at >= DefinitionsFor);

    private string? DefinitionsPrefix =>
        Roots is [var root, ..] ? $"{root}{KubernetesResources.Definitions}/" : null;

    /// <summary>True if the names of the definitions are to be read: at first, and when their number
    /// changed.</summary>
    public bool AreDefinitionsDue(DateTimeOffset now) => DefinitionsAt is not { } at
        || (DefinitionsNow != DefinitionsRead && now - at >= DefinitionsFor);

    private IEnumerable<KeyPrefix> Prefixes()
    {
        var known = Roots.SelectMany(root => KubernetesResources.All
            .Select(one => new KeyPrefix($"{root}{one.Path}/", one.Name))
            .Concat(CustomResources.Select(path => new KeyPrefix($"{root}{path}/", path)))).ToArray();
        return known.Concat(Learned.Where(one => !Array.Exists(known, other => Overlap(one.Text, other.Text))));
    }

    /// <summary>Adds prefixes that were learned in gaps, and forgets those without keys.</summary>
    /// <param name="found">May have duplicates.</param>
    /// <param name="isEmpty">True for a prefix that is known to have no keys.</param>
    public KeyspaceMap Learn(IEnumerable<KeyPrefix> found, Func<KeyPrefix, bool> isEmpty)
    {
        var known = Prefixes().Select(one => one.Text).ToArray();
        var added = found.DistinctBy(one => one.Text, StringComparer.Ordinal)
            .Where(one => !Array.Exists(known, other => Overlap(one.Text, other)));
        return this with
        {
            Learned = [.. Learned.Where(one => !isEmpty(one)).Concat(added).Take(MaxLearned)],
        };
    }

    private static bool Overlap(string one, string other) =>
        one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal);
}
