using EtcdSentinelExporter.Certificates.Pem;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>The questions the exporter asks a member. None of them writes, and none becomes an entry of the raft
/// log.</summary>
/// <remarks>
/// One call at a time: while an earlier one is unanswered, even past its deadline, the next one fails at once with
/// <see cref="EtcdReason.Busy"/>. All throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only for the token given.
/// </remarks>
/// <param name="connection">Shared by all that ask the same endpoint, and not disposed here.</param>
/// <param name="tls">Needed exactly for <c>https</c> endpoints; shared, and not disposed here.</param>
internal sealed class EtcdClient(EtcdConnection connection, TlsIdentitySource? tls)
{
    /// <summary>Answered from the member's own state, also without a quorum and under NOSPACE; blocks while it
    /// defragments.</summary>
    public Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<StatusResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.StatusAsync(new StatusRequest(), headers, cancellationToken: lifetime)),
            tls, cancellationToken);

    /// <param name="requireLeader">Fail at once with <see cref="EtcdReason.NoLeader"/> instead of waiting for
    /// one.</param>
    public Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<RangeResponse>(
            new(deadline, (etcd, headers, lifetime) => etcd.GetAsync(request, headers, cancellationToken: lifetime))
            {
                RequireLeader = requireLeader,
            },
            tls, cancellationToken);

    /// <summary>The member's own copy of the list. A learner refuses with <see cref="EtcdReason.Learner"/>.</summary>
    public Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<MemberListResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.MemberListAsync(new() { Linearizable = false }, headers, cancellationToken: lifetime)),
            tls, cancellationToken);
}
