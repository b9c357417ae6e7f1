using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>A real member, called over its link.</summary>
internal sealed class KeyspaceMember(EtcdTarget target, EtcdLink link, KeyspaceTimeouts timeouts, TimeProvider clock)
    : IKeyspaceMember
{
    public string Endpoint => target.Endpoint.Text;

    public async Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) => target.IsPageOnly
        ? throw new EtcdException(EtcdReason.Credentials, "Only the metrics URL is known; set etcd.endpoints.")
        : EtcdMember.Checked(await link.Client.StatusAsync(timeouts.Call, cancellationToken));

    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) =>
        link.Client.MemberListAsync(timeouts.Call, cancellationToken);

    public async Task<EtcdPage?> PageAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeouts.Call, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var page = await link.Pages.GetMetricsAsync(
                target.MetricsUrl,
                (body, _, token) => MetricsPageReader.ReadAsync(body, EtcdPage.Families, token), either.Token);
            return EtcdPage.From(page, clock.GetUtcNow());
        }
        catch (Exception e) when (e is EtcdException or FormatException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public async Task<RangeResponse> RangeAsync(KeyRange range, int names, CancellationToken cancellationToken) =>
        await link.Client.RangeAsync(
            new()
            {
                Key = range.Start,
                RangeEnd = range.End,
                Serializable = true,
                CountOnly = names == 0,
                KeysOnly = names > 0,
                Limit = names,
            },
            requireLeader: false, timeouts.Call, cancellationToken) is { Count: >= 0 } answer
            && answer.Kvs.Count <= Math.Max(names, 0)
                ? answer
                : throw new EtcdException(EtcdReason.Protocol, "The response has more keys than were asked for.");

    public Task<RangeResponse> ReadAsync(
        KeyRange range, bool hasValues, long revision, CancellationToken cancellationToken) => link.Client.RangeAsync(
            new()
            {
                Key = range.Start,
                RangeEnd = range.End,
                Serializable = true,
                KeysOnly = !hasValues,
                Revision = revision,
            },
            requireLeader: false, timeouts.Call, cancellationToken);
}
