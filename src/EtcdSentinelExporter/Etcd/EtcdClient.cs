using EtcdSentinelExporter.Etcd.Protocol;

namespace EtcdSentinelExporter.Etcd;

/// <summary>The questions the exporter asks a member. None of them writes, and none becomes an entry of the raft log.</summary>
/// <remarks>
/// One question at a time: the next one waits for nobody but fails with <see cref="EtcdReason.Busy"/> while an earlier one
/// is unanswered, also one whose deadline is over. All throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only for the token given.
/// </remarks>
internal interface IEtcdClient
{
    EtcdEndpoint Endpoint { get; }

    /// <summary>Answered from the member's own state, also without a quorum and under NOSPACE; blocks while it defragments.</summary>
    Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken);

    /// <param name="requireLeader">Fail at once with <see cref="EtcdReason.NoLeader"/> instead of waiting for one.</param>
    Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>The member's own copy of the list. A learner refuses with <see cref="EtcdReason.Learner"/>.</summary>
    Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IEtcdClient"/>
internal sealed class EtcdClient(EtcdConnection connection) : IEtcdClient, IDisposable
{
    public EtcdEndpoint Endpoint => connection.Endpoint;

    public Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync(
            new("/etcdserverpb.Maintenance/Status", new StatusRequest(), deadline),
            StatusResponse.Parser, cancellationToken);

    public Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync(
            new("/etcdserverpb.KV/Range", request, deadline) { RequireLeader = requireLeader },
            RangeResponse.Parser, cancellationToken);

    public Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync(
            new("/etcdserverpb.Cluster/MemberList", new MemberListRequest { Linearizable = false }, deadline),
            MemberListResponse.Parser, cancellationToken);

    public void Dispose() => connection.Dispose();
}
