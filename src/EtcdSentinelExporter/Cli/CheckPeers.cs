using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Cli;

/// <summary>Members of the cluster on other nodes, and what is known of them before they are polled.</summary>
internal static class CheckPeers
{
    private const int MaxPeers = 64;

    /// <summary>Other members of the cluster: as the polled ones list them, or as an earlier run saw them while the
    /// polled ones do not answer.</summary>
    public static IEnumerable<EtcdEndpoint> Of(MembersReading reading, CheckNotes notes)
    {
        var listed = Listed(reading).ToArray();
        return listed.Length > 0 || reading.Members.IsEmpty ? listed : notes.Peers.Take(MaxPeers).SelectMany(Parsed);
    }

    /// <summary>What is known of other members before they are polled: their identity from the member list, so that one
    /// that is down has a name, and that some must not be called yet.</summary>
    /// <param name="hanging">Members that must not be called yet.</param>
    public static IEnumerable<MemberReading> Known(MembersReading reading, ImmutableArray<MemberReading> hanging)
    {
        var known = Named(reading).DistinctBy(member => member.Endpoint, StringComparer.Ordinal).Select(member =>
            hanging.FirstOrDefault(note => note.Endpoint == member.Endpoint) is { } note
                ? note with { Identity = member.Identity, Peers = member.Peers }
                : member).ToArray();
        // Without the member list a member that hangs is known from the notes alone.
        return known.Concat(hanging.Where(note => !reading.Members.Concat(known).Any(
            member => member.Endpoint == note.Endpoint)));
    }

    /// <summary>Endpoints of other members, and a polled member that lists each.</summary>
    public static ImmutableDictionary<EtcdEndpoint, EtcdEndpoint> ListedBy(MembersReading reading)
    {
        var pairs = from member in reading.Members
                    from endpoint in Parsed(member.Endpoint)
                    from peer in Listed(reading, member)
                    select (Peer: peer.Value, By: endpoint);
        return pairs.DistinctBy(pair => pair.Peer).ToImmutableDictionary(pair => pair.Peer, pair => pair.By);
    }

    public static IEnumerable<EtcdEndpoint> EndpointsOf(MembersReading reading) =>
        reading.Members.SelectMany(member => Parsed(member.Endpoint));

    private static IEnumerable<MemberReading> Named(MembersReading reading) =>
        from member in reading.Members
        where member.Identity is not null
        from peer in Listed(reading, member)
        select new MemberReading
        {
            Endpoint = peer.Value.Text,
            Identity = new(
                member.Peers!.NamesById.GetValueOrDefault(peer.Key, ""), peer.Key,
                member.Identity!.ClusterId, Version: "", StorageVersion: ""),
            Peers = member.Peers,
        };

    // Without those that are polled already, perhaps at another address.
    private static IEnumerable<EtcdEndpoint> Listed(MembersReading reading) =>
        reading.Members.SelectMany(member => Listed(reading, member)).Select(peer => peer.Value);

    private static IEnumerable<KeyValuePair<ulong, EtcdEndpoint>> Listed(
        MembersReading reading, MemberReading member) =>
        (member.Peers?.EndpointsById ?? ImmutableSortedDictionary<ulong, EtcdEndpoint>.Empty)
        .Where(peer => !reading.Members.Any(own => own.Identity?.MemberId == peer.Key));

    private static IEnumerable<EtcdEndpoint> Parsed(string text)
    {
        try
        {
            return [EtcdEndpoint.Parse(text)];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
