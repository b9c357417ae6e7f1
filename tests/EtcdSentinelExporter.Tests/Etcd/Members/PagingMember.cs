using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using Etcdserverpb;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

/// <summary>A member that changes while it is being asked.</summary>
internal sealed class PagingMember(FakeMember inner, Action beforePage, Action? beforeList = null) : IMember
{
    public string Endpoint => inner.Endpoint;

    public bool HasClientPair => inner.HasClientPair;

    public bool UsesTls => inner.UsesTls;

    public ImmutableArray<LoadProblem> CredentialProblems => inner.CredentialProblems;

    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) =>
        inner.StatusAsync(cancellationToken);

    public Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, linearizable, cancellationToken);

    public async Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken)
    {
        beforeList?.Invoke();
        return await inner.MembersAsync(cancellationToken);
    }

    public Task<MetricsPage> PageAsync(CancellationToken cancellationToken)
    {
        beforePage();
        return inner.PageAsync(cancellationToken);
    }

    public Task<bool> CheckAsync(string page, CancellationToken cancellationToken) =>
        inner.CheckAsync(page, cancellationToken);

    public Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken) =>
        inner.IsHealthyAsync(despiteNoSpace, cancellationToken);
}
