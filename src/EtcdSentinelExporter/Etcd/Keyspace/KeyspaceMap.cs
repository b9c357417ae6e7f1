using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>What is known about the prefixes of keys. It grows from poll to poll.</summary>
internal sealed record KeyspaceMap
{
    /// <summary>More are not counted one by one.</summary>
    public const int MaxLearned = 1000;

    /// <inheritdoc cref="MaxLearned"/>
    public const int MaxCustomResources = 4000;

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

    /// <summary>Turns keys into names.</summary>
    public KeyNames Names => new(AllRoots);

    private ImmutableArray<string> AllRoots => Roots.Contains(OpenShift, StringComparer.Ordinal)
        ? Roots.Add(OpenShiftRoot)
        : Roots;

    /// <summary>The parts of the key space, each key in one of them.</summary>
    public ImmutableArray<KeyPart> Plan(DateTimeOffset now) => KeyPlan.Of(
        Prefixes(), AreDefinitionsDue(now) ? DefinitionsPrefix : null, usesGrid: Roots.IsEmpty);

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
