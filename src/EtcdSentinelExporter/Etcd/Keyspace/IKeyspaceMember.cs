using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>The calls to one member. Each has its own timeout, and throws <see cref="EtcdException"/> if it
/// fails.</summary>
internal interface IKeyspaceMember
{
    /// <summary>Normalised URL.</summary>
    string Endpoint { get; }

    Task<StatusResponse> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Reads this member's copy of the member list.</summary>
    Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken);

    /// <summary>Reads etcd's own metrics; <see langword="null"/> if they cannot be read.</summary>
    Task<EtcdPage?> PageAsync(CancellationToken cancellationToken);

    /// <summary>Counts the keys of a range in the member's own copy.</summary>
    /// <param name="names">Number of the first keys to return, without their values; 0 for none.</param>
    Task<RangeResponse> RangeAsync(KeyRange range, int names, CancellationToken cancellationToken);

    /// <summary>Reads all keys of a range at one revision.</summary>
    /// <param name="hasValues">True to read their values, too.</param>
    Task<RangeResponse> ReadAsync(
        KeyRange range, bool hasValues, long revision, CancellationToken cancellationToken);
}
