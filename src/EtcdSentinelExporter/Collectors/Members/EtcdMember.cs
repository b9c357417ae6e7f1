using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.Etcd.Protocol;
using EtcdSentinelExporter.Pki;
using Google.Protobuf;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>A real member, asked over its link.</summary>
internal sealed class EtcdMember(EtcdTarget target, EtcdLink link) : IMember
{
    // Two of these and one page fit into a poll's five seconds; a healthy member answers within milliseconds.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    public string Endpoint => target.Endpoint.Text;

    public bool HasClientPair => target is { CertFile: not null, KeyFile: not null };

    public ImmutableArray<LoadProblem> CredentialProblems => link.CredentialProblems;

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) =>
        link.Client.StatusAsync(Deadline, cancellationToken);

    public Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken) =>
        link.Client.RangeAsync(
            new() { Key = ByteString.CopyFromUtf8(key), Limit = 1, Serializable = !linearizable },
            requireLeader: linearizable, Deadline, cancellationToken);

    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) =>
        link.Client.MemberListAsync(Deadline, cancellationToken);

    public Task<MetricsPage> PageAsync(CancellationToken cancellationToken) =>
        link.Pages.GetMetricsAsync(
            target.MetricsUrl,
            (page, _, token) => MetricsPageReader.ReadAsync(page, EtcdPage.Families, token),
            cancellationToken);

    public Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken) =>
        link.Pages.IsHealthyAsync(
            new(target.MetricsUrl, despiteNoSpace ? "health?serializable=true&exclude=NOSPACE" : "health?serializable=true"),
            cancellationToken);
}
