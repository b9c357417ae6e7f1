using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>A key of the cluster that only one run has at a time. It goes with its lease if the run dies.</summary>
/// <param name="etcd">The member that is asked, found anew for each call: it keeps no other calls waiting.</param>
/// <param name="call">Deadline of one call.</param>
/// <param name="takesOver">True to take over a lock with the same text: only where no two runs can have it.</param>
internal sealed class ClusterLock(Func<EtcdClient> etcd, TimeSpan call, bool takesOver = false)
{
    /// <summary>Outside <c>/registry</c>, so that Kubernetes never sees it.</summary>
    public const string Key = "etcd-sentinel/maintenance";

    private static readonly ByteString KeyBytes = ByteString.CopyFromUtf8(Key);

    private long _lease;

    /// <summary>Takes the lock. No lease and no key are left behind if that fails.</summary>
    /// <param name="holder">What others read while it is held: host, process, purpose.</param>
    /// <param name="life">Time after which the lock of a dead run ends. Longer than one step of the run.</param>
    /// <returns><see langword="null"/> if it is ours now; else what the other holder wrote.</returns>
    /// <exception cref="EtcdException">It cannot be taken now, as without a quorum or under NOSPACE.</exception>
    public async Task<string?> TakeAsync(string holder, TimeSpan life, CancellationToken cancellationToken)
    {
        var granted = await etcd().CallAsync<LeaseGrantResponse>(
            new(call, (client, headers, lifetime) => client.LeaseGrantAsync(
                new LeaseGrantRequest { TTL = (long)life.TotalSeconds }, headers, cancellationToken: lifetime)),
            cancellationToken);
        _lease = granted.ID;
        var isTaken = false;
        try
        {
            var other = await PutAsync(holder, Absent());
            if (takesOver && other == holder)
                other = await PutAsync(holder, Same(holder));
            cancellationToken.ThrowIfCancellationRequested();
            isTaken = other is null;
            return other;
        }
        finally
        {
            if (!isTaken)
                await TryReleaseAsync();
        }
    }

    /// <summary>Reads through the quorum who has the lock, which works under NOSPACE too.</summary>
    /// <returns><see langword="null"/> if nobody has it.</returns>
    public async Task<string?> HolderAsync(CancellationToken cancellationToken) =>
        (await etcd().RangeAsync(new() { Key = KeyBytes }, requireLeader: true, call, cancellationToken)).Kvs is
        [var key, ..] ? key.Value.ToStringUtf8() : null;

    /// <summary>Renews the lease. Every step begins with it, because the lock is ours only as long as the
    /// lease.</summary>
    /// <returns>False if the lock is lost.</returns>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken) =>
        await etcd().CallAsync<long>(
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
    public Task ReleaseAsync(CancellationToken cancellationToken) => etcd().CallAsync<LeaseRevokeResponse>(
        new(call, (client, headers, lifetime) => client.LeaseRevokeAsync(
            new LeaseRevokeRequest { ID = _lease }, headers, cancellationToken: lifetime)),
        cancellationToken);

    // It is short, and not given up: the key may be written, and then it must be released.
    private async Task<string?> PutAsync(string holder, Compare condition)
    {
        var answer = await etcd().CallAsync<TxnResponse>(
            new(call, (client, headers, lifetime) => client.TransactionAsync(
                Put(holder, condition), headers, cancellationToken: lifetime)),
            CancellationToken.None);
        return answer.Succeeded ? null
            : answer.Responses is [{ ResponseRange.Kvs: [var other, ..] }] ? other.Value.ToStringUtf8() : "";
    }

    private async Task TryReleaseAsync()
    {
        try
        {
            await ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            // What failed before is the reason to report; the lease ends by itself.
        }
    }

    private static Compare Absent() => new()
    {
        Key = KeyBytes,
        Target = Compare.Types.CompareTarget.Create,
        Result = Compare.Types.CompareResult.Equal,
        CreateRevision = 0,
    };

    private static Compare Same(string holder) => new()
    {
        Key = KeyBytes,
        Target = Compare.Types.CompareTarget.Value,
        Result = Compare.Types.CompareResult.Equal,
        Value = ByteString.CopyFromUtf8(holder),
    };

    private TxnRequest Put(string holder, Compare condition) => new()
    {
        Compare = { condition },
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
