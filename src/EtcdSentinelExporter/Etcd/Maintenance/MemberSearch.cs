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
    /// <exception cref="EtcdException">None answers.</exception>
    public async Task<ImmutableArray<(ulong Id, MaintenanceMember Member)>> AnsweringAsync(
        ImmutableArray<EtcdTarget> targets, ImmutableArray<EtcdTarget> others, CancellationToken cancellationToken)
    {
        var members = MembersAt([.. targets, .. others]);
        var answers = await Task.WhenAll(members[..targets.Length].Select(
            member => IdOfAsync(member, cancellationToken)));
        var found = answers.Zip(members).Where(pair => pair.First.Id is not null)
            .Select(pair => (pair.First.Id!.Value, pair.Second))
            .DistinctBy(pair => pair.Value).ToImmutableArray();
        return found is [_, ..] ? found : throw answers[0].Failure!;
    }

    private ImmutableArray<MaintenanceMember> MembersAt(ImmutableArray<EtcdTarget> targets) =>
    [
        .. targets.Zip(links.To(targets), (target, link) => new MaintenanceMember(target, link, timeouts, clock)),
    ];

    private static async Task<(ulong? Id, EtcdException? Failure)> IdOfAsync(
        MaintenanceMember member, CancellationToken cancellationToken)
    {
        try
        {
            return ((await member.Client.StatusAsync(cancellationToken)).Header.MemberId, null);
        }
        catch (EtcdException e)
        {
            return (null, new(e.Reason, $"{member.Target.Endpoint}: {e.Message}", e));
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
        var others = listed.Where(member => !known.ContainsKey(member.Id))
            .SelectMany(member => EndpointsOf(member).Select(endpoint => (member.Id, Endpoint: endpoint))).ToArray();
        if (others.Length == 0)
            return known;
        var found = targets([.. others.Select(other => other.Endpoint)]);
        var members = MembersAt([.. own.Select(pair => pair.Member.Target), .. found])[own.Length..];
        var answers = await Task.WhenAll(members.Select(member => IdOfAsync(member, cancellationToken)));
        return known.AddRange(others.Zip(members, answers).GroupBy(other => other.First.Id).Select(
            member => KeyValuePair.Create(
                member.Key, member.OrderByDescending(at => at.Third.Id == member.Key).First().Second)));
    }

    private static IEnumerable<EtcdEndpoint> EndpointsOf(MemberFacts member)
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
            if (endpoint is not null)
                yield return endpoint;
        }
    }
}
