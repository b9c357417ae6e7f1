using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Hashes;

/// <summary>A real member.</summary>
/// <param name="deadline">Time limit of a hash.</param>
internal sealed class HashMember(string name, bool isLeader, string version, EtcdClient etcd, TimeSpan deadline)
    : IHashMember
{
    private static readonly TimeSpan StatusDeadline = TimeSpan.FromSeconds(5);

    public string Name => name;

    public bool IsLeader => isLeader;

    public async Task<long> RevisionAsync(CancellationToken cancellationToken) =>
        (await etcd.StatusAsync(StatusDeadline, cancellationToken)).Header?.Revision
        ?? throw new EtcdException(EtcdReason.Protocol, $"{name} tells no revision.");

    public async Task<KvHash> HashAsync(long revision, CancellationToken cancellationToken)
    {
        var answer = await etcd.HashAsync(revision, deadline, cancellationToken);
        return new(name, version, revision, answer.CompactRevision, answer.HashRevision, answer.Hash);
    }
}
