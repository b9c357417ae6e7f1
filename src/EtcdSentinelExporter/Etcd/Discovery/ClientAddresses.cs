namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Orders the addresses at which this node may reach a member.</summary>
internal static class ClientAddresses
{
    // Each one costs a connection in every poll while the member is down.
    private const int MaxAddresses = 6;

    /// <summary>Returns a loopback address first, because it needs no access over the network; then those that it
    /// listens on, then those that it advertises, which its certificate usually names.</summary>
    public static ImmutableArray<EtcdUrl> Of(ImmutableArray<EtcdUrl> listen, ImmutableArray<EtcdUrl> advertise) =>
    [
        .. listen.Where(url => url.IsLoopback)
            .Concat(listen.Where(url => url.IsWildcard).SelectMany(url => url.Loopbacks()))
            .Concat(listen.Where(url => !url.IsWildcard))
            .Concat(advertise.Where(url => !url.IsWildcard))
            .Distinct()
            .Take(MaxAddresses),
    ];
}
