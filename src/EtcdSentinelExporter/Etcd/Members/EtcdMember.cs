using System.Globalization;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>A real member, called over its link.</summary>
/// <param name="within">Timeout of the whole poll.</param>
/// <param name="maxCall">Maximum timeout of one call.</param>
/// <param name="maxPage">Maximum timeout of its metrics page.</param>
internal sealed class EtcdMember(
    EtcdTarget target, EtcdLink link, TimeSpan within, TimeSpan maxCall, TimeSpan maxPage, TimeProvider clock) : IMember
{
    // Timeouts of two pages and two calls still fit into one poll.
    private readonly TimeSpan _call = new[] { maxCall, within * 0.4 }.Min();
    private readonly TimeSpan _page = new[] { maxPage, within * 0.25 }.Min();

    public string Endpoint => target.Endpoint.Text;

    public bool UsesTls => link.UsesTls;

    public bool HasClientPair => target is { CertFile: not null, KeyFile: not null };

    public ImmutableArray<LoadProblem> CredentialProblems => link.CredentialProblems;

    public async Task<StatusResponse> StatusAsync(CancellationToken cancellationToken) => target.IsPageOnly
        ? throw new EtcdException(EtcdReason.Credentials, "Only the metrics URL is known; set etcd.endpoints.")
        : Checked(await link.Client.StatusAsync(_call, cancellationToken));

    public Task<RangeResponse> ReadAsync(string key, bool linearizable, CancellationToken cancellationToken) =>
        link.Client.RangeAsync(
            new() { Key = ByteString.CopyFromUtf8(key), Limit = 1, Serializable = !linearizable },
            requireLeader: linearizable, _call, cancellationToken);

    public Task<MemberListResponse> MembersAsync(CancellationToken cancellationToken) =>
        link.Client.MemberListAsync(_call, cancellationToken);

    public async Task<MetricsPage> PageAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_page, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await link.Pages.GetMetricsAsync(
                target.MetricsUrl,
                (page, _, token) => MetricsPageReader.ReadAsync(page, EtcdPage.Families, token),
                either.Token);
        }
        catch (FormatException e)
        {
            throw new EtcdException(
                EtcdReason.Protocol, $"{MetricsPageClient.WithoutQuery(target.MetricsUrl)}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _page.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            throw new EtcdException(
                EtcdReason.Timeout,
                $"{MetricsPageClient.WithoutQuery(target.MetricsUrl)}: no complete page within {seconds} s.", e);
        }
    }

    public Task<bool> CheckAsync(string page, CancellationToken cancellationToken) =>
        link.Pages.GetAsync(new(target.MetricsUrl, page), static (_, _, _) => Task.FromResult(true), cancellationToken);

    public Task<bool> IsHealthyAsync(bool despiteNoSpace, CancellationToken cancellationToken) =>
        link.Pages.IsHealthyAsync(
            new(target.MetricsUrl, despiteNoSpace
                ? "health?serializable=true&exclude=NOSPACE"
                : "health?serializable=true"),
            cancellationToken);

    /// <summary>Validates a Status response. A server that implements the call but returns an empty response is not
    /// etcd: its zeros must not be exported.</summary>
    /// <exception cref="EtcdException">A field that every etcd sets is missing.</exception>
    internal static StatusResponse Checked(StatusResponse answer) =>
        answer is { Header.MemberId: not 0, Version.Length: > 0, DbSize: >= 0, DbSizeInUse: >= 0 }
            ? answer
            : throw new EtcdException(
                EtcdReason.Protocol, "The response has no member ID, no version or no size: is this etcd?");
}
