using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Finds an address of each member that leads to it, and keeps the connections between two
/// readings.</summary>
internal sealed class MemberSearch(EtcdLinks links, MaintenanceTimeouts timeouts, TimeProvider clock)
{
    /// <summary>Asks at the addresses that this node or the settings name.</summary>
    /// <remarks>An address of the node may be missing from the certificate: then another one works.</remarks>
    /// <param name="others">Members whose connections are kept.</param>
    /// <returns>Each member that answers once, in the order of its addresses.</returns>
    /// <exception cref="EtcdException">None answers, or they are of several clusters.</exception>
    public async Task<ImmutableArray<(ulong Id, MaintenanceMember Member)>> AnsweringAsync(
        ImmutableArray<EtcdTarget> targets, ImmutableArray<EtcdTarget> others, CancellationToken cancellationToken)
    {
        var members = MembersAt([.. targets, .. others]);
        var answers = await Task.WhenAll(members[..targets.Length].Select(
            member => IdOfAsync(member, cancellationToken)));
        CheckCluster([.. answers.Zip(targets).Where(pair => pair.First.Id is not null)
            .Select(pair => (pair.Second.Endpoint, pair.First.ClusterId))]);
        var found = answers.Zip(members).Where(pair => pair.First.Id is not null)
            .Select(pair => (pair.First.Id!.Value, pair.Second))
            .DistinctBy(pair => pair.Value).ToImmutableArray();
        return found is [_, ..] ? found : throw answers[0].Failure!;
    }

    /// <exception cref="EtcdException">The endpoints are of several clusters: nobody has said which one is
    /// meant.</exception>
    public static void CheckCluster(ImmutableArray<(EtcdEndpoint Endpoint, ulong ClusterId)> answers)
    {
        if (answers.DistinctBy(answer => answer.ClusterId).ToArray() is not [var one, var other, ..])
            return;
        throw new EtcdException(EtcdReason.Error,
            $"{one.Endpoint} is of cluster {MemberFacts.Hex(one.ClusterId)}, and {other.Endpoint} of "
            + $"{MemberFacts.Hex(other.ClusterId)}; set etcd.endpoints to the members of one cluster");
    }

    private ImmutableArray<MaintenanceMember> MembersAt(ImmutableArray<EtcdTarget> targets) =>
    [
        .. targets.Zip(links.To(targets), (target, link) => new MaintenanceMember(target, link, timeouts, clock)),
    ];

    private static async Task<(ulong? Id, ulong ClusterId, EtcdException? Failure)> IdOfAsync(
        MaintenanceMember member, CancellationToken cancellationToken)
    {
        try
        {
            var header = (await member.Client.StatusAsync(cancellationToken)).Header;
            return (header.MemberId, header.ClusterId, null);
        }
        catch (EtcdException e)
        {
            return (null, 0, new(e.Reason, $"{member.Target.Endpoint}: {e.Message}", e));
        }
    }

    /// <summary>Finds the other members at the addresses that they advertise.</summary>
    /// <param name="own">The members that are known already.</param>
    /// <param name="targets">Adds TLS files to endpoints, one target for each.</param>
    /// <returns>A member for each ID that has an address. One that does not answer has one too, so that its metrics
    /// page can say why.</returns>
    public async Task<ImmutableDictionary<ulong, MaintenanceMember>> AllAsync(
        ImmutableArray<(ulong Id, MaintenanceMember Member)> own, ImmutableArray<MemberFacts> listed,
        Func<ImmutableArray<EtcdEndpoint>, ImmutableArray<EtcdTarget>> targets, CancellationToken cancellationToken)
    {
        var known = own.ToImmutableDictionary(pair => pair.Id, pair => pair.Member);
        var isSecure = own.Any(pair => pair.Member.Target.Endpoint.IsSecure);
        var others = listed.Where(member => !known.ContainsKey(member.Id))
            .SelectMany(member => EndpointsOf(member, isSecure).Select(endpoint => (member.Id, Endpoint: endpoint)))
            .ToArray();
        if (others.Length == 0)
            return known;
        var found = targets([.. others.Select(other => other.Endpoint)]);
        var members = MembersAt([.. own.Select(pair => pair.Member.Target), .. found])[own.Length..];
        var answers = await Task.WhenAll(members.Select(member => IdOfAsync(member, cancellationToken)));
        return known.AddRange(others.Zip(members, answers).GroupBy(other => other.First.Id).Select(
            member => KeyValuePair.Create(
                member.Key, member.OrderByDescending(at => at.Third.Id == member.Key).First().Second)));
    }

    /// <summary>Addresses that a member advertises and that can be used.</summary>
    /// <param name="isSecure">True to leave out those without TLS: anybody could answer there.</param>
    public static IEnumerable<EtcdEndpoint> EndpointsOf(MemberFacts member, bool isSecure)
    {
        foreach (var url in member.ClientUrls.Take(AnswerLimits.MaxErrors))
        {
            EtcdEndpoint? endpoint = null;
            try
            {
                endpoint = EtcdEndpoint.Parse(url);
            }
            catch (FormatException)
            {
                // unix:// and the like cannot be reached from here.
            }
            if (endpoint is not null && (endpoint.IsSecure || !isSecure))
                yield return endpoint;
        }
    }
}
