using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>How etcd is installed on this node and what it was told when it was started, as the node's own files
/// say.</summary>
/// <remarks>Paths are the node's, also where a pod's volumes move them. Absent values were not named; etcd then uses
/// its own default. Texts are one line and at most 128 characters, so that they may become label values. No
/// secrets.</remarks>
internal sealed record EtcdInstallation
{
    /// <summary><c>kubeadm</c>, <c>static-pod</c>, <c>k3s</c>, <c>rke2</c> or <c>systemd</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The file that says that etcd runs here: a manifest, k3s' configuration, or a unit.</summary>
    public required string Source { get; init; }

    /// <summary>etcd's own YAML file, if it was started with one; flags and environment are then ignored by
    /// etcd.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>This member as <c>scheme://host:port</c>: a loopback address if it listens on one. Absent if nothing it
    /// listens on can be dialled, as with <c>unix://</c>; <see cref="Notes"/> says so.</summary>
    public string? ClientUrl { get; init; }

    /// <summary>Absent when etcd shows its metrics on the client port only.</summary>
    public string? MetricsUrl { get; init; }

    /// <summary>What the certificate that etcd shows to clients was signed with.</summary>
    public string? CaFile { get; init; }

    /// <summary>A certificate that etcd accepts from us. The file need not be readable.</summary>
    public string? CertFile { get; init; }

    /// <inheritdoc cref="CertFile"/>
    public string? KeyFile { get; init; }

    /// <summary>The certificate that etcd itself shows to clients.</summary>
    public string? ServerCertFile { get; init; }

    /// <summary>Where other members reach this one, as <c>scheme://host:port</c>; absent like <see
    /// cref="ClientUrl"/>.</summary>
    public string? PeerUrl { get; init; }

    /// <summary>The CA that etcd checks other members against.</summary>
    public string? PeerCaFile { get; init; }

    /// <summary>The certificate that etcd shows to other members.</summary>
    public string? PeerCertFile { get; init; }

    /// <inheritdoc cref="PeerCertFile"/>
    public string? PeerKeyFile { get; init; }

    /// <summary>Absent when none is named, for it then depends on etcd's working directory.</summary>
    public string? DataDir { get; init; }

    /// <summary>The folder of the write-ahead log: the one named, else the one inside <see cref="DataDir"/>.</summary>
    public string? WalDir { get; init; }

    /// <summary>As given: 0 means etcd's default, negative switches the quota off. Absent when none is named or
    /// seen.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>False when a quota may be named where it cannot be seen (<c>valueFrom</c>) or understood.</summary>
    public required bool QuotaIsKnown { get; init; }

    public string? Name { get; init; }

    /// <summary><c>periodic</c> or <c>revision</c>.</summary>
    public string? AutoCompactionMode { get; init; }

    /// <summary>As given: <c>0</c> is off, a bare number is hours (periodic) or revisions.</summary>
    public string? AutoCompactionRetention { get; init; }

    /// <summary><c>basic</c> or <c>extensive</c>.</summary>
    public string? MetricsLevel { get; init; }

    /// <summary>As given, <c>InitialCorruptCheck=true</c>.</summary>
    public string? FeatureGates { get; init; }

    /// <summary>Whether clients must show a certificate; naming a CA implies it.</summary>
    public required bool ClientCertAuth { get; init; }

    /// <summary>Raft entries between two snapshots.</summary>
    public long? SnapshotCount { get; init; }

    public TimeSpan? HeartbeatInterval { get; init; }

    public TimeSpan? ElectionTimeout { get; init; }

    /// <summary>As given, in order; only those that are well-formed.</summary>
    public ImmutableArray<string> ListenClientUrls { get; init; } = [];

    /// <inheritdoc cref="ListenClientUrls"/>
    public ImmutableArray<string> AdvertiseClientUrls { get; init; } = [];

    /// <inheritdoc cref="ListenClientUrls"/>
    public ImmutableArray<string> ListenMetricsUrls { get; init; } = [];

    /// <summary>What could not be understood or seen, one sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
