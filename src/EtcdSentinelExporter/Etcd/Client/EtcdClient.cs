using EtcdSentinelExporter.Certificates.Pem;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Sends the calls that the exporter needs to one member. No call writes, and none adds an entry to the
/// raft log.</summary>
/// <remarks>
/// No concurrent calls: while an earlier call has no response, even past its deadline, the next call fails
/// immediately with <see cref="EtcdReason.Busy"/>. All calls throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only if the caller's token was cancelled.
/// </remarks>
/// <param name="connection">Shared by all clients of the endpoint, and not disposed here.</param>
/// <param name="tls">Required for <c>https</c> endpoints, otherwise null; shared, and not disposed here.</param>
internal sealed class EtcdClient(EtcdConnection connection, TlsIdentitySource? tls)
{
    /// <summary>Reads the member's own state. Works without a quorum and under NOSPACE, but blocks while the member
    /// defragments.</summary>
    public Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<StatusResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.StatusAsync(new StatusRequest(), headers, cancellationToken: lifetime)),
            tls, cancellationToken);

    /// <summary>Reads a range of keys.</summary>
    /// <param name="requireLeader">True to fail immediately with <see cref="EtcdReason.NoLeader"/> instead of waiting
    /// for a leader.</param>
    public Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<RangeResponse>(
            new(deadline, (etcd, headers, lifetime) => etcd.GetAsync(request, headers, cancellationToken: lifetime))
            {
                RequireLeader = requireLeader,
            },
            tls, cancellationToken);

    /// <summary>Reads the member's own copy of the member list. A learner rejects this with
    /// <see cref="EtcdReason.Learner"/>.</summary>
    public Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        connection.CallAsync<MemberListResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.MemberListAsync(new() { Linearizable = false }, headers, cancellationToken: lifetime)),
            tls, cancellationToken);
}
