using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Text;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>One member at an address that leads to it.</summary>
internal sealed class MaintenanceMember(
    EtcdTarget target, EtcdLink link, MaintenanceTimeouts timeouts, TimeProvider clock)
{
    public EtcdTarget Target => target;

    public EtcdClient Etcd => link.Client;

    public MaintenanceClient Client { get; } = new(link.Client, timeouts);

    /// <summary>Asks for everything that a decision needs.</summary>
    /// <param name="listed">The member as the member list has it.</param>
    /// <returns>The facts, and the errors that Status reported.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(MemberFacts Facts, IEnumerable<string> Errors)> ReadAsync(
        MemberFacts listed, CancellationToken cancellationToken)
    {
        var page = await PageAsync(cancellationToken);
        listed = listed with
        {
            Endpoint = target.Endpoint.Text,
            IsDefragmenting = page?.IsDefragmenting is true,
        };
        try
        {
            var status = await Client.StatusAsync(cancellationToken);
            if (status.Header.MemberId != listed.Id)
                return (listed with { Failure = "another member answers at this address" }, []);
            var facts = listed with { State = StateOf(status, page), IsLearner = status.IsLearner };
            return (await ReadThroughQuorumAsync(facts, cancellationToken), status.Errors);
        }
        catch (EtcdException e)
        {
            return (listed with { Failure = $"{e.Reason}: {e.Message}" }, []);
        }
    }

    private async Task<MemberFacts> ReadThroughQuorumAsync(MemberFacts facts, CancellationToken cancellationToken)
    {
        if (facts.IsLearner)
            return facts;
        try
        {
            await Client.ReadThroughQuorumAsync(cancellationToken);
            return facts with { HasQuorum = true };
        }
        catch (EtcdException e)
        {
            return facts with { Failure = $"a linearizable read failed: {e.Reason}: {e.Message}" };
        }
    }

    private MemberState StateOf(StatusResponse status, EtcdPage? page)
    {
        var version = DisplayText.Of(status.Version, AnswerLimits.MaxNameLength);
        var quota = MemberQuotas.Find(version, status.DbSizeQuota, page, target.Installation);
        return new()
        {
            Version = version,
            DbBytes = status.DbSize,
            InUseBytes = status.DbSizeInUse == 0 ? status.DbSize : status.DbSizeInUse,
            QuotaBytes = quota?.Bytes,
            IsQuotaDisabled = quota is { Bytes: null },
            Revision = status.Header.Revision,
            AppliedIndex = status.RaftAppliedIndex,
            LeaderId = status.Leader,
            DefragmentationSeconds = page?.Defragmentations is { Count: > 0 } done
                ? done.Seconds / done.Count
                : null,
        };
    }

    // Not every member serves it where it can be reached from here.
    private async Task<EtcdPage?> PageAsync(CancellationToken cancellationToken)
    {
        try
        {
            var page = await link.Pages.GetMetricsAsync(
                target.MetricsUrl,
                (body, _, token) => MetricsPageReader.ReadAsync(body, EtcdPage.Families, token), cancellationToken);
            return EtcdPage.From(page, clock.GetUtcNow());
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            return null;
        }
    }
}
