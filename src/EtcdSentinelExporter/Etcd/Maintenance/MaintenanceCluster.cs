using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Text;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Finds all members of the cluster by those that this node or the settings name, and reads them.</summary>
/// <remarks>Not for concurrent use.</remarks>
/// <param name="discover">Finds the etcd of this node.</param>
/// <param name="links">Connections that nothing else uses.</param>
internal sealed class MaintenanceCluster(
    Func<CancellationToken, Task<EtcdDiscovered>> discover, EtcdOverrides overrides, EtcdLinks links, NodeFacts node,
    AdvisoryTable advisories, MaintenanceTimeouts timeouts, TimeProvider clock)
{
    // Key of the operator's own object, below OpenShift's prefix.
    private const string OpenShiftKey = "/kubernetes.io/operator.openshift.io/etcds/";

    private readonly MemberSearch _search = new(links, timeouts, clock);

    private ImmutableDictionary<ulong, MaintenanceMember> _members =
        ImmutableDictionary<ulong, MaintenanceMember>.Empty;

    private MaintenanceMember? _own;

    /// <summary>The member that calls for the whole cluster go to: of this node, or the first of the settings that
    /// answers.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public MaintenanceMember Own => _own ?? throw new InvalidOperationException("The cluster was not read yet.");

    /// <summary>The clients of a member that was read before.</summary>
    /// <exception cref="EtcdException">It has no address that leads to it.</exception>
    public MaintenanceMember Member(ulong id) => _members.GetValueOrDefault(id)
        ?? throw new EtcdException(
            EtcdReason.Unreachable, $"Member {MemberFacts.Hex(id)} answers at none of its addresses.");

    /// <summary>Reads all members.</summary>
    /// <exception cref="EtcdException">No member answers that this node or the settings name.</exception>
    /// <exception cref="FormatException">No etcd was found, or its address is invalid.</exception>
    public async Task<ClusterFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var discovered = await discover(cancellationToken);
        ImmutableArray<EtcdTarget> targets = [.. EtcdTargets.Of(overrides, discovered.Installations)
            .SelectMany(target => target.Candidates()).Where(target => !target.IsPageOnly)];
        if (targets.IsEmpty)
        {
            throw new FormatException(
                $"{discovered.Problem?.Message ?? "No etcd was found on this node"}; set etcd.endpoints");
        }
        var own = await _search.AnsweringAsync(targets, [.. _members.Values.Select(member => member.Target)],
            cancellationToken);
        var list = await own[0].Member.Client.MembersAsync(cancellationToken);
        var listed = ListedOf(list, own);
        _members = await _search.AllAsync(own, listed, Others, cancellationToken);
        _own = own[0].Member;
        return await ReadAsync(list.Header.ClusterId, listed, cancellationToken);

        ImmutableArray<EtcdTarget> Others(ImmutableArray<EtcdEndpoint> endpoints) => EtcdTargets.Of(
            overrides with { Endpoints = endpoints, MetricsUrl = null }, discovered.Installations);
    }

    private async Task<ClusterFacts> ReadAsync(
        ulong clusterId, ImmutableArray<MemberFacts> listed, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(listed.Select(member => ReadAsync(member, cancellationToken)));
        var errors = StatusErrors.Parse([.. read.SelectMany(member => member.Errors)]);
        var probes = await node.ProbesAsync(cancellationToken);
        return new()
        {
            ClusterId = clusterId,
            Members = [.. read.Select(member => member.Facts)],
            Alarms = errors.Alarms,
            Advisories = advisories,
            Probes = probes.Known,
            UnreadProbes = probes.Unread,
            OtherActors =
            [
                .. await node.OtherActorsAsync(cancellationToken), .. await OpenShiftAsync(cancellationToken),
            ],
        };
    }

    private async Task<(MemberFacts Facts, IEnumerable<string> Errors)> ReadAsync(
        MemberFacts listed, CancellationToken cancellationToken)
    {
        if (_members.GetValueOrDefault(listed.Id) is not { } member)
        {
            return (listed with
            {
                Failure = listed.IsStarted ? "it answers at none of its addresses" : "it was added and has not started",
            }, []);
        }
        var (facts, errors) = await member.ReadAsync(listed, cancellationToken);
        var isLocal = listed.IsOwn && member.Target.IsLocal;
        var free = isLocal ? await node.FreeBytesAsync(member.Target.Installation, cancellationToken) : null;
        return (facts with { IsLocal = isLocal, FreeBytes = free }, errors);
    }

    private static ImmutableArray<MemberFacts> ListedOf(
        MemberListResponse list, ImmutableArray<(ulong Id, MaintenanceMember Member)> own)
    {
        var hasLocal = own.Any(pair => pair.Member.Target.IsLocal);
        return
        [
            .. list.Members.Take(AnswerLimits.MaxMembers).OrderBy(member => member.ID).Select(member => new MemberFacts
            {
                Id = member.ID,
                Name = DisplayText.Of(member.Name, AnswerLimits.MaxNameLength),
                ClientUrls = [.. member.ClientURLs],
                PeerUrls = [.. member.PeerURLs],
                IsLearner = member.IsLearner,
                IsOwn = own.Any(pair => pair.Id == member.ID && (pair.Member.Target.IsLocal || !hasLocal)),
            }),
        ];
    }

    private async Task<IEnumerable<string>> OpenShiftAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Own.Client.CountAsync(OpenShiftKey, cancellationToken) > 0
                ? [$"OpenShift's cluster-etcd-operator (keys below {OpenShiftKey})"]
                : [];
        }
        // A member that does not answer is refused for that.
        catch (EtcdException)
        {
            return [];
        }
    }
}
