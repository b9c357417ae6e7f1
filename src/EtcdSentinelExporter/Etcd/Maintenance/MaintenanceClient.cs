using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Sends the calls of the verbs <c>defragment</c> and <c>recover</c> to one member. Most of them
/// write.</summary>
/// <remarks>Each call is sent once. All throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only if the caller's token was cancelled. A call past its deadline stays
/// pending, and the member gets no other one until it returns.</remarks>
internal sealed class MaintenanceClient(EtcdClient etcd, MaintenanceTimeouts timeouts)
{
    /// <summary>Name of the alarm that <see cref="DisarmNoSpaceAsync"/> ends.</summary>
    public const string NoSpace = "NOSPACE";

    // The first key of all.
    private static readonly ByteString AnyKey = ByteString.CopyFrom(0);

    /// <summary>Reads the member's own state, which waits while the member defragments.</summary>
    /// <exception cref="EtcdException">Also for a response that is not etcd's.</exception>
    public async Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) =>
        await etcd.StatusAsync(timeouts.Probe, cancellationToken) is
        { Header.MemberId: not 0, Version.Length: > 0, DbSize: >= 0, DbSizeInUse: >= 0 } answer
            ? answer
            : throw new EtcdException(
                EtcdReason.Protocol, "The response has no member ID, no version or no size: is this etcd?");

    /// <summary>Reads one key through the quorum; fails immediately without a leader.</summary>
    public Task ReadThroughQuorumAsync(CancellationToken cancellationToken) => etcd.RangeAsync(
        new() { Key = AnyKey, Limit = 1, KeysOnly = true }, requireLeader: true, timeouts.Probe, cancellationToken);

    /// <summary>Counts the keys with a prefix, from the member's own copy.</summary>
    public async Task<long> CountAsync(string prefix, CancellationToken cancellationToken) => (await etcd.RangeAsync(
        new()
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = EndOf(prefix),
            CountOnly = true,
            Serializable = true,
        },
        requireLeader: false, timeouts.Probe, cancellationToken)).Count;

    /// <inheritdoc cref="EtcdClient.MemberListAsync"/>
    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) =>
        etcd.MemberListAsync(timeouts.Probe, cancellationToken);

    /// <summary>Hashes all keys of the member's copy up to a revision. It reads the whole database.</summary>
    /// <param name="revision">0 for the newest.</param>
    /// <param name="deadline">Minutes for a large database.</param>
    public Task<HashKVResponse> HashAsync(long revision, TimeSpan deadline, CancellationToken cancellationToken) =>
        etcd.CallAsync<HashKVResponse>(
            new(deadline, (client, headers, lifetime) => client.HashKVAsync(
                new HashKVRequest { Revision = revision }, headers, cancellationToken: lifetime)),
            cancellationToken);

    /// <summary>Drops the history of the cluster before a revision.</summary>
    /// <param name="isPhysical">True to wait until the member that is asked has removed the old data.</param>
    public Task CompactAsync(long revision, bool isPhysical, CancellationToken cancellationToken) =>
        etcd.CallAsync<CompactionResponse>(
            new(isPhysical ? timeouts.Defragment : timeouts.Call, (client, headers, lifetime) => client.CompactAsync(
                new CompactionRequest { Revision = revision, Physical = isPhysical }, headers,
                cancellationToken: lifetime)),
            cancellationToken);

    /// <summary>Rewrites the member's database file. The member answers nothing meanwhile.</summary>
    /// <exception cref="EtcdException">With <see cref="EtcdReason.Timeout"/> the member may still be defragmenting.</exception>
    public Task DefragmentAsync(CancellationToken cancellationToken) => etcd.CallAsync<DefragmentResponse>(
        new(timeouts.Defragment, static (client, headers, lifetime) => client.DefragmentAsync(
            new DefragmentRequest(), headers, cancellationToken: lifetime)),
        cancellationToken);

    /// <summary>Ends the NOSPACE alarm of one member, and no other alarm.</summary>
    public Task DisarmNoSpaceAsync(ulong memberId, CancellationToken cancellationToken) => memberId == 0
        ? throw new ArgumentOutOfRangeException(nameof(memberId), "0 would end the alarms of all members.")
        : etcd.CallAsync<AlarmResponse>(
            new(timeouts.Call, (client, headers, lifetime) => client.AlarmAsync(
                new AlarmRequest
                {
                    Action = AlarmRequest.Types.AlarmAction.Deactivate,
                    MemberID = memberId,
                    Alarm = AlarmType.Nospace,
                },
                headers, cancellationToken: lifetime)),
            cancellationToken);

    /// <summary>Makes another voter the leader. Only the leader accepts this call.</summary>
    public Task MoveLeaderAsync(ulong target, CancellationToken cancellationToken) =>
        etcd.CallAsync<MoveLeaderResponse>(
            new(timeouts.Call, (client, headers, lifetime) => client.MoveLeaderAsync(
                new MoveLeaderRequest { TargetID = target }, headers, cancellationToken: lifetime)),
            cancellationToken);

    // The first key behind all that begin with the prefix.
    private static ByteString EndOf(string prefix)
    {
        var end = ByteString.CopyFromUtf8(prefix).ToByteArray();
        end[^1]++;
        return ByteString.CopyFrom(end);
    }
}
