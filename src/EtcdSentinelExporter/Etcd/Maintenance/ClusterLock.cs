using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>A key of the cluster that only one run has at a time. It goes with its lease if the run dies.</summary>
/// <param name="etcd">The member that is asked: it keeps no other calls waiting.</param>
/// <param name="call">Deadline of one call.</param>
internal sealed class ClusterLock(EtcdClient etcd, TimeSpan call)
{
    /// <summary>Outside <c>/registry</c>, so that Kubernetes never sees it.</summary>
    public const string Key = "etcd-sentinel/maintenance";

    private static readonly ByteString KeyBytes = ByteString.CopyFromUtf8(Key);

    private long _lease;

    /// <summary>Takes the lock.</summary>
    /// <param name="holder">What others read while it is held: host, process, purpose.</param>
    /// <param name="life">Time after which the lock of a dead run ends. Longer than one step of the run.</param>
    /// <returns><see langword="null"/> if it is ours now; else what the other holder wrote.</returns>
    /// <exception cref="EtcdException">It cannot be taken now, as without a quorum or under NOSPACE.</exception>
    public async Task<string?> TakeAsync(string holder, TimeSpan life, CancellationToken cancellationToken)
    {
        var granted = await etcd.CallAsync<LeaseGrantResponse>(
            new(call, (client, headers, lifetime) => client.LeaseGrantAsync(
                new LeaseGrantRequest { TTL = (long)life.TotalSeconds }, headers, cancellationToken: lifetime)),
            cancellationToken);
        _lease = granted.ID;
        var answer = await etcd.CallAsync<TxnResponse>(
            new(call, (client, headers, lifetime) => client.TransactionAsync(
                Create(holder), headers, cancellationToken: lifetime)),
            cancellationToken);
        if (answer.Succeeded)
            return null;
        await ReleaseAsync(cancellationToken);
        return answer.Responses is [{ ResponseRange.Kvs: [var other, ..] }] ? other.Value.ToStringUtf8() : "";
    }

    /// <summary>Renews the lease. Every step begins with it, because the lock is ours only as long as the
    /// lease.</summary>
    /// <returns>False if the lock is lost.</returns>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken) =>
        await etcd.CallAsync<long>(
            new(call, async (client, headers, lifetime) =>
            {
                long left = 0;
                await client.LeaseKeepAlive(
                    new LeaseKeepAliveRequest { ID = _lease }, answer => left = answer.TTL, lifetime, headers);
                return left;
            }),
            cancellationToken) > 0;

    /// <summary>Gives the lock back. Not called while a member may still defragment: the lease then keeps others
    /// out.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => etcd.CallAsync<LeaseRevokeResponse>(
        new(call, (client, headers, lifetime) => client.LeaseRevokeAsync(
            new LeaseRevokeRequest { ID = _lease }, headers, cancellationToken: lifetime)),
        cancellationToken);

    private TxnRequest Create(string holder) => new()
    {
        Compare =
        {
            new Compare
            {
                Key = KeyBytes, Target = Compare.Types.CompareTarget.Create,
                Result = Compare.Types.CompareResult.Equal, CreateRevision = 0,
            },
        },
        Success =
        {
            new RequestOp
            {
                RequestPut = new() { Key = KeyBytes, Value = ByteString.CopyFromUtf8(holder), Lease = _lease },
            },
        },
        Failure = { new RequestOp { RequestRange = new() { Key = KeyBytes } } },
    };
}
