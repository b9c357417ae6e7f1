using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The calls to one etcd member. Each has its own timeout.</summary>
/// <remarks>Each call throws <see cref="EtcdException"/> if it fails, and
/// <see cref="OperationCanceledException"/> if the poll's timeout has passed.</remarks>
internal interface IMember
{
    /// <summary>Normalised URL.</summary>
    string Endpoint { get; }

    /// <summary>True if the paths of a client certificate and its key are known, readable or not.</summary>
    bool HasClientPair { get; }

    /// <summary>True if calls use certificate files.</summary>
    bool UsesTls { get; }

    /// <summary>Problems of the current certificate files. Empty if there are none, and without TLS.</summary>
    ImmutableArray<LoadProblem> CredentialProblems { get; }

    /// <summary>Reads the member's own state. Needs no quorum, but waits while the member defragments.</summary>
    Task<StatusResponse> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Reads one key.</summary>
    /// <param name="linearizable">True to read through the quorum, which fails immediately without a leader; false to
    /// read this member's copy.</param>
    Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken);

    /// <summary>Reads this member's copy of the member list.</summary>
    Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken);

    /// <summary>Reads a few families of etcd's own metrics.</summary>
    Task<MetricsPage> PageAsync(CancellationToken cancellationToken);

    /// <summary>Reads a page of checks, on the address of the metrics. Succeeds only if all checks pass.</summary>
    /// <param name="page"><c>livez</c> or <c>readyz</c>.</param>
    Task<bool> CheckAsync(string page, CancellationToken cancellationToken);

    /// <summary>Reads <c>/health</c>, on the address of the metrics. False for active alarms and for other
    /// problems.</summary>
    /// <param name="despiteNoSpace">True to ignore the NOSPACE alarm; not every etcd 3.4 supports that.</param>
    /// <remarks>Local from etcd 3.5 on; an entry of the raft log in 3.4.</remarks>
    Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken);
}
