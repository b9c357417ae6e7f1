using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Keys of the polled members at <paramref name="At"/>.</summary>
/// <param name="Members">One per endpoint, counted or not.</param>
internal sealed record KeyspaceReading(DateTimeOffset At, ImmutableArray<MemberKeyspace> Members)
{
    /// <summary>Why a count that began did not end; <see langword="null"/> if none failed.</summary>
    public ProbeFailure? Failure => Members.Select(member => member.Failure).FirstOrDefault(why => why is not null);

    /// <summary>True if many keys belonged to no known resource, and some of these resources are known now.</summary>
    public bool HasLearned => Members.Any(member => member.Counts is { } counts
        && counts.OtherKeys > counts.Counted / 20
        && (member.Map.Learned is [_, ..] || member.Map.DefinitionsAt == counts.At));
}

/// <summary>The keys of one member, and what outlives a poll.</summary>
internal sealed record MemberKeyspace
{
    public required string Endpoint { get; init; }

    /// <summary>Why nothing was counted in this poll: one of <see cref="KeyspaceSkip"/>; <see langword="null"/> if it
    /// was counted.</summary>
    public string? Skip { get; init; }

    /// <summary>Why a count that began did not end; <see langword="null"/> if it did, or was not begun.</summary>
    public ProbeFailure? Failure { get; init; }

    /// <summary>The last counts; <see langword="null"/> if there are none, if they are too old, and if another member
    /// is asked now.</summary>
    public KeyCounts? Counts { get; init; }

    /// <summary>Counts of the last hour, the oldest first.</summary>
    public ImmutableArray<KeyCounts> Earlier { get; init; } = [];

    /// <summary>When the last count began, and how long etcd was busy with it; <see langword="null"/> if there was
    /// none.</summary>
    public (DateTimeOffset At, TimeSpan Took)? Last { get; init; }

    public KeyspaceMap Map { get; init; } = KeyspaceMap.Empty;

    /// <summary>Counters of etcd's page at this poll; <see langword="null"/> if it was not read.</summary>
    public EtcdCounters? Counters { get; init; }

    /// <summary>Keys of a resource added in an hour, from the counts of the last hour; <see langword="null"/> if these
    /// are less than half an hour apart.</summary>
    public double? GrowthPerHour(string resource) =>
        Counts is { } now && Earlier is [var first, ..] && now.At - first.At >= TimeSpan.FromMinutes(30)
            ? (now.Of(resource) - first.Of(resource)) / (now.At - first.At).TotalHours
            : null;
}

/// <summary>The result of one count.</summary>
/// <param name="At">When it began.</param>
/// <param name="Took">Time that etcd needed for all requests.</param>
/// <param name="Requests">Number of requests.</param>
internal sealed record KeyCounts(DateTimeOffset At, TimeSpan Took, int Requests)
{
    /// <summary>Name for the keys that belong to no known resource, and for those of resources beyond
    /// <see cref="MaxResources"/>.</summary>
    public const string Other = "other";

    /// <summary>Number of resources that get a series of their own.</summary>
    public const int MaxResources = 199;

    /// <summary>The most first; none without keys.</summary>
    public ImmutableArray<ResourceKeys> Resources { get; init; } = [];

    /// <summary>Number of resources with keys, also of those in <see cref="Other"/>.</summary>
    public int ResourceCount { get; init; }

    /// <summary>Keys in <see cref="Other"/>.</summary>
    public long OtherKeys { get; init; }

    /// <summary>Ranges that etcd's access control refused.</summary>
    public int Refused { get; init; }

    /// <summary>All keys that were counted.</summary>
    public long Counted => Resources.Sum(one => one.Keys) + OtherKeys;

    /// <summary>All keys of the member; <see langword="null"/> if a part could not be counted.</summary>
    public long? Total => Refused == 0 ? Counted : null;

    public long Of(string resource) =>
        Resources.FirstOrDefault(one => one.Resource == resource)?.Keys ?? 0;

    /// <summary>Counts of this poll, with the smallest ones summed.</summary>
    public KeyCounts With(IReadOnlyDictionary<string, long> keys, long gaps, int refused)
    {
        ImmutableArray<ResourceKeys> sorted =
        [
            .. keys.Where(one => one.Value > 0).Select(one => new ResourceKeys(one.Key, one.Value))
                .OrderByDescending(one => one.Keys).ThenBy(one => one.Resource, StringComparer.Ordinal),
        ];
        return this with
        {
            Resources = [.. sorted.Take(MaxResources)],
            ResourceCount = sorted.Length,
            OtherKeys = gaps + sorted.Skip(MaxResources).Sum(one => one.Keys),
            Refused = refused,
        };
    }
}

internal sealed record ResourceKeys(string Resource, long Keys);
