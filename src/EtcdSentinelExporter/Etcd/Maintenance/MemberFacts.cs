using System.Globalization;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>A member of the cluster, as it was just read.</summary>
internal sealed record MemberFacts
{
    public required ulong Id { get; init; }

    /// <summary>Empty until the member has started.</summary>
    public string Name { get; init; } = "";

    /// <summary>As the member advertises them; empty until it has started.</summary>
    public ImmutableArray<string> ClientUrls { get; init; } = [];

    public ImmutableArray<string> PeerUrls { get; init; } = [];

    public bool IsLearner { get; init; }

    /// <summary>True if it runs on this node, or if the settings name it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>True if it runs on this node, so its file system can be measured here.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The address at which it was asked; <see langword="null"/> if there is none.</summary>
    public string? Endpoint { get; init; }

    /// <summary><see langword="null"/> if it did not answer; see <see cref="Failure"/>.</summary>
    public MemberState? State { get; init; }

    /// <summary>Why it did not answer Status or a linearizable read in time; <see langword="null"/> if it did.
    /// Learners refuse the read, so they are asked for Status only.</summary>
    public string? Failure { get; init; }

    /// <summary>True if a linearizable read was answered in time, so there is a quorum.</summary>
    public bool HasQuorum { get; init; }

    /// <summary>True if its metrics page says so. etcd has no such metric before 3.4.18 and 3.5.2.</summary>
    public bool IsDefragmenting { get; init; }

    /// <summary>Available bytes on the file system of its data; <see langword="null"/> if unknown, as on another
    /// node.</summary>
    public long? FreeBytes { get; init; }

    public bool IsStarted => Name.Length > 0 || ClientUrls is not [];

    /// <summary>True if it may be defragmented: learners refuse that.</summary>
    public bool IsStartedVoter => IsStarted && !IsLearner;

    public bool IsLeader => State?.LeaderId == Id;

    /// <summary>Name for people: the member's own, or its ID.</summary>
    public string Title => Name.Length > 0 ? Name : Hex(Id);

    /// <summary>An ID as etcdctl writes it.</summary>
    public static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>The response of Status of one member, and what its metrics page adds.</summary>
internal sealed record MemberState
{
    public required string Version { get; init; }

    /// <summary>Size of the database file. The quota limits this size.</summary>
    public required long DbBytes { get; init; }

    /// <summary>Live data in the file; all of the file if etcd does not report it.</summary>
    public required long InUseBytes { get; init; }

    /// <summary><see langword="null"/> if unknown, or if the quota is disabled.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>True if the member is known to have no quota at all.</summary>
    public bool IsQuotaDisabled { get; init; }

    public required long Revision { get; init; }

    /// <summary>Index of the last entry of the raft log that was applied.</summary>
    public required ulong AppliedIndex { get; init; }

    /// <summary>0 without a leader.</summary>
    public required ulong LeaderId { get; init; }

    /// <summary>Average duration of the member's defragmentations since it started; <see langword="null"/> without
    /// one.</summary>
    public double? DefragmentationSeconds { get; init; }

    /// <summary>Bytes that a defragmentation would free.</summary>
    public long ReclaimableBytes => Math.Max(0, DbBytes - InUseBytes);

    /// <summary>Share of the file that is free pages: 0 to 1.</summary>
    public double Fragmentation => DbBytes > 0 ? (double)ReclaimableBytes / DbBytes : 0;
}
