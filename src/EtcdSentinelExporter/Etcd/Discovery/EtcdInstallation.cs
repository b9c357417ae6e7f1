namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>How etcd is installed on this node, and the options it was started with, read from the node's
/// files.</summary>
/// <remarks>Paths are host paths, also for etcd in a pod. A <see langword="null"/> value was not set; etcd then uses
/// its default. Texts are one line and at most 128 characters, so they can become label values. No
/// secrets.</remarks>
internal sealed record EtcdInstallation
{
    /// <summary><c>kubeadm</c>, <c>static-pod</c>, <c>k3s</c>, <c>rke2</c>, <c>k0s</c>, <c>systemd</c>,
    /// <c>quadlet</c> or <c>process</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The file that starts etcd: a manifest, the configuration of k3s, or a unit; etcd's program if only its
    /// process is known.</summary>
    public required string Source { get; init; }

    /// <summary>The place that told of it: <c>manifest</c>, a distribution, <c>process</c>, the name of a unit, or the
    /// path of a quadlet.</summary>
    public string Origin { get; init; } = "";

    /// <summary>True if its files cannot be read now, and this is what they said before.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>The systemd unit that starts it; <see langword="null"/> if none does.</summary>
    public string? Unit { get; init; }

    /// <summary>etcd's own YAML file, if it was started with one; etcd then ignores flags and
    /// environment.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>This member's client URL as <c>scheme://host:port</c>: a loopback address if it listens on one.
    /// <see langword="null"/> with a note in <see cref="Notes"/> if no URL is supported, as with
    /// <c>unix://</c>.</summary>
    public string? ClientUrl { get; init; }

    /// <summary><see langword="null"/> if etcd serves its metrics on the client port only.</summary>
    public string? MetricsUrl { get; init; }

    /// <summary>Where to reach this member if <see cref="ClientUrl"/> does not work: its certificate may name other
    /// addresses, and a host may lack IPv4 or IPv6.</summary>
    public ImmutableArray<EtcdAddress> Alternatives { get; init; } = [];

    /// <summary>The CA of the certificate that etcd presents to clients.</summary>
    public string? CaFile { get; init; }

    /// <summary>A client certificate that etcd accepts. The file may be unreadable.</summary>
    public string? CertFile { get; init; }

    /// <inheritdoc cref="CertFile"/>
    public string? KeyFile { get; init; }

    /// <summary>The certificate that etcd presents to clients.</summary>
    public string? ServerCertFile { get; init; }

    /// <summary>This member's peer URL as <c>scheme://host:port</c>; <see langword="null"/> as in
    /// <see cref="ClientUrl"/>.</summary>
    public string? PeerUrl { get; init; }

    /// <summary>The CA with which etcd verifies other members.</summary>
    public string? PeerCaFile { get; init; }

    /// <summary>The certificate that etcd presents to other members.</summary>
    public string? PeerCertFile { get; init; }

    /// <inheritdoc cref="PeerCertFile"/>
    public string? PeerKeyFile { get; init; }

    /// <summary><see langword="null"/> if not set: it then depends on etcd's working directory.</summary>
    public string? DataDir { get; init; }

    /// <summary>The folder of the write-ahead log: as set, else the one inside <see cref="DataDir"/>.</summary>
    public string? WalDir { get; init; }

    /// <summary>As set: 0 means etcd's default, a negative value disables the quota. <see langword="null"/> if not set
    /// or not readable.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>False if a quota may be set but is not readable (<c>valueFrom</c>) or invalid.</summary>
    public required bool QuotaIsKnown { get; init; }

    public string? Name { get; init; }

    /// <summary><c>periodic</c> or <c>revision</c>.</summary>
    public string? AutoCompactionMode { get; init; }

    /// <summary>As set: <c>0</c> is off, a bare number is hours (periodic) or revisions.</summary>
    public string? AutoCompactionRetention { get; init; }

    /// <summary>Retention of the periodic mode: zero if it is off; <see langword="null"/> in the mode
    /// <c>revision</c>, and if unknown.</summary>
    public TimeSpan? CompactionRetention { get; init; }

    /// <summary><c>basic</c> or <c>extensive</c>.</summary>
    public string? MetricsLevel { get; init; }

    /// <summary>As set, such as <c>InitialCorruptCheck=true</c>.</summary>
    public string? FeatureGates { get; init; }

    /// <summary>True if members compare their data when they start: flag or feature gate.</summary>
    public bool InitialCorruptCheck { get; init; }

    /// <summary>True if the leader compares hashes of compacted data with its followers: flag or feature
    /// gate.</summary>
    public bool CompactHashCheck { get; init; }

    /// <summary>Interval in which the leader compares all data; <see langword="null"/> or 0 for never.</summary>
    public string? CorruptCheckTime { get; init; }

    /// <summary>True if the API of version 2 is served.</summary>
    public bool EnableV2 { get; init; }

    /// <summary>Names of options that begin with <c>experimental-</c>, in ordinal order.</summary>
    public ImmutableArray<string> ExperimentalOptions { get; init; } = [];

    /// <summary>Snapshots that k3s or RKE2 takes; <see langword="null"/> for any other kind.</summary>
    public SnapshotSchedule? Snapshots { get; init; }

    /// <summary>True if clients must present a certificate; setting a CA implies it.</summary>
    public required bool ClientCertAuth { get; init; }

    /// <summary>Raft entries between two snapshots.</summary>
    public long? SnapshotCount { get; init; }

    public TimeSpan? HeartbeatInterval { get; init; }

    public TimeSpan? ElectionTimeout { get; init; }

    /// <summary>The valid URLs, in the order of the option.</summary>
    public ImmutableArray<string> ListenClientUrls { get; init; } = [];

    /// <inheritdoc cref="ListenClientUrls"/>
    public ImmutableArray<string> AdvertiseClientUrls { get; init; } = [];

    /// <inheritdoc cref="ListenClientUrls"/>
    public ImmutableArray<string> ListenMetricsUrls { get; init; } = [];

    /// <summary>Where etcd serves HTTP, if not on the client port: metrics and health.</summary>
    public ImmutableArray<string> ListenClientHttpUrls { get; init; } = [];

    /// <summary>Options that are invalid or not readable, one sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>True if it can be polled.</summary>
    public bool HasAddress => this is not { ClientUrl: null, MetricsUrl: null };

    /// <summary>True if both listen on one address with the same port: then they are the same etcd.</summary>
    /// <remarks>Advertised addresses do not count: a load balancer's is the same for all members.</remarks>
    public bool HasAddressOf(EtcdInstallation other) => Listens().Any(own => other.Listens().Any(own.Overlaps));

    // Without the option, it listens on etcd's default address.
    private IEnumerable<EtcdUrl> Listens() =>
        (ListenClientUrls is [_, ..] urls ? urls : ClientUrl is { } url ? [url] : []).Select(EtcdUrl.Parse);
}

/// <summary>One way to reach a member.</summary>
/// <param name="ClientUrl">As <see cref="EtcdInstallation.ClientUrl"/>.</param>
/// <param name="MetricsUrl">As <see cref="EtcdInstallation.MetricsUrl"/>.</param>
internal sealed record EtcdAddress(string ClientUrl, string? MetricsUrl);
