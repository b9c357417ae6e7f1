using EtcdSentinelExporter.Etcd.Protocol;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Etcd;

/// <summary>The questions the exporter asks a member. None of them writes, and none becomes an entry of the raft
/// log.</summary>
/// <remarks>
/// One call at a time: while an earlier one is unanswered, even past its deadline, the next one fails at once with
/// <see cref="EtcdReason.Busy"/>. All throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only for the token given.
/// </remarks>
internal interface IEtcdClient
{
    EtcdEndpoint Endpoint { get; }

    /// <summary>Answered from the member's own state, also without a quorum and under NOSPACE; blocks while it
    /// defragments.</summary>
    Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken);

    /// <param name="requireLeader">Fail at once with <see cref="EtcdReason.NoLeader"/> instead of waiting for
    /// one.</param>
    Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>The member's own copy of the list. A learner refuses with <see cref="EtcdReason.Learner"/>.</summary>
    Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IEtcdClient"/>
/// <param name="tls">Needed exactly for <c>https</c> endpoints; shared, and not disposed here.</param>
internal sealed class EtcdClient(
    EtcdEndpoint endpoint, TlsIdentitySource? tls, EtcdTimeouts timeouts, TimeProvider clock)
    : IEtcdClient, IDisposable
{
    private readonly EtcdConnection _connection = new(endpoint, tls, timeouts, clock);

    public EtcdEndpoint Endpoint => endpoint;

    public Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        _connection.CallAsync(
            new("/etcdserverpb.Maintenance/Status", new StatusRequest(), deadline),
            StatusResponse.Parser, cancellationToken);

    public Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken) =>
        _connection.CallAsync(
            new("/etcdserverpb.KV/Range", request, deadline) { RequireLeader = requireLeader },
            RangeResponse.Parser, cancellationToken);

    public Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        _connection.CallAsync(
            new("/etcdserverpb.Cluster/MemberList", new MemberListRequest { Linearizable = false }, deadline),
            MemberListResponse.Parser, cancellationToken);

    public void Dispose() => _connection.Dispose();
}
