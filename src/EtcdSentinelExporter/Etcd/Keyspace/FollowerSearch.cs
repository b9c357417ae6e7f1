using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Finds a follower for somebody who asks once: that of this node, or another one of the cluster.</summary>
/// <param name="discover">Finds the etcd of this node.</param>
/// <param name="links">Connections that nothing else uses.</param>
internal sealed class FollowerSearch(
    Func<CancellationToken, Task<EtcdDiscovered>> discover, EtcdOverrides overrides, KeyspaceLinks links,
    KeyspaceTimeouts timeouts, TimeProvider clock)
{
    /// <exception cref="EtcdException">No follower answers.</exception>
    /// <exception cref="FormatException">No etcd was found, or its address is invalid.</exception>
    public async Task<Follower> FindAsync(CancellationToken cancellationToken)
    {
        var discovered = await discover(cancellationToken);
        ImmutableArray<EtcdTarget> targets = [.. EtcdTargets.Of(overrides, discovered.Installations)
            .SelectMany(target => target.Candidates()).Where(target => !target.IsPageOnly)];
        if (targets.IsEmpty)
        {
            throw new FormatException(
                $"{discovered.Problem?.Message ?? "No etcd was found on this node"}; set etcd.endpoints");
        }
        var (own, status) = await FirstAsync(targets, cancellationToken);
        var list = await own.Member.MembersAsync(cancellationToken);
        var followers = Followers(list, status);
        if (followers.IsEmpty || followers.ContainsKey(status.Header.MemberId))
            return own;
        var others = EtcdTargets.Of(
            overrides with { Endpoints = [.. followers.Values], MetricsUrl = null }, discovered.Installations);
        return others.IsEmpty ? own : (await FirstAsync(others, cancellationToken)).Follower;
    }

    private static ImmutableSortedDictionary<ulong, EtcdEndpoint> Followers(
        MemberListResponse list, StatusResponse status)
    {
        var peers = MemberPeers.From(list);
        return peers.EndpointsById.RemoveRange(peers.LearnerIds.Add(status.Leader));
    }

    private async Task<(Follower Follower, StatusResponse Status)> FirstAsync(
        ImmutableArray<EtcdTarget> targets, CancellationToken cancellationToken)
    {
        EtcdException? failure = null;
        foreach (var (target, link) in targets.Zip(links.Links.To(targets)))
        {
            var follower = new Follower(new KeyspaceMember(target, link, timeouts, clock), link.Watch);
            try
            {
                return (follower, await follower.Member.StatusAsync(cancellationToken));
            }
            catch (EtcdException e)
            {
                failure ??= new(e.Reason, $"{target.Endpoint}: {e.Message}", e);
            }
        }
        throw failure!;
    }
}

/// <summary>A member that may be asked more than usual.</summary>
internal sealed record Follower(IKeyspaceMember Member, EtcdWatch Watch);
