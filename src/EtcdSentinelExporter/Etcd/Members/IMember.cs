using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>What one etcd member can be asked. Each question has a deadline of its own.</summary>
/// <remarks>Every question throws <see cref="EtcdException"/> when it gets no answer, and
/// <see cref="OperationCanceledException"/> when the poll's time is up.</remarks>
internal interface IMember
{
    /// <summary>Normalised URL.</summary>
    string Endpoint { get; }

    /// <summary>Whether a client certificate and its key are known by name, readable or not.</summary>
    bool HasClientPair { get; }

    /// <summary>Whether certificate files are used to ask it.</summary>
    bool UsesTls { get; }

    /// <summary>What is wrong with the newest certificate files. Empty when nothing is, and without TLS.</summary>
    ImmutableArray<LoadProblem> CredentialProblems { get; }

    /// <summary>The member's own view: local, needs no quorum, but waits while the member defragments.</summary>
    Task<StatusResponse> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Reads one key.</summary>
    /// <param name="linearizable">Asks the quorum (fails at once without a leader), instead of this member's
    /// copy alone.</param>
    Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken);

    /// <summary>This member's copy of the member list.</summary>
    Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken);

    /// <summary>A few families of etcd's own metrics.</summary>
    Task<MetricsPage> PageAsync(CancellationToken cancellationToken);

    /// <summary>What <c>/health</c> says, beside the metrics: alarms make it false, and other trouble too.</summary>
    /// <param name="despiteNoSpace">Leaves the NOSPACE alarm out, which not every etcd 3.4 can.</param>
    /// <remarks>Local from etcd 3.5 on; an entry of the raft log in 3.4.</remarks>
    Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken);
}
