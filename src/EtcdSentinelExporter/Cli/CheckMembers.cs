using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Cli;

/// <summary>Polls the members of this node, and then all members of their list.</summary>
/// <param name="services">Those of the members of this node.</param>
/// <param name="build">Makes the services of more endpoints, with the same connections.</param>
internal sealed class CheckMembers(
    CheckPolls polls, CheckMemory memory, TimeProvider clock, IServiceProvider services,
    Func<EtcdOverrides, EtcdLinks, IServiceProvider> build)
{
    public async Task PollAsync(ProbeCollector<MembersReading> local, CancellationToken stopping)
    {
        local.Previous = memory.Members(clock.GetUtcNow());
        var first = await polls.TakeAsync(local, stopping);
        if (first is Snapshot<MembersReading> { Reading: { } reading })
            memory.Local = [.. reading.Members.Select(member => member.Endpoint)];
        if (All(local) is { } all)
        {
            await polls.TakeTwiceAsync(all, stopping);
            return;
        }
        await polls.TakeAgainAsync(local, stopping);
        // The member list may come late.
        if (All(local) is { } late)
            await polls.TakeAsync(late, stopping);
    }

    /// <returns>A collector of all members of the cluster; <see langword="null"/> if no other is known.</returns>
    private ProbeCollector<MembersReading>? All(ProbeCollector<MembersReading> local)
    {
        if (local.Previous is not { } own || memory.Peers(own).ToArray() is not { Length: > 0 } peers)
            return null;
        var overrides = services.GetRequiredService<EtcdOverrides>() with
        {
            Endpoints = [.. CheckPeers.EndpointsOf(own).Concat(peers).Distinct()],
            ListedBy = CheckPeers.ListedBy(own),
        };
        var all = (ProbeCollector<MembersReading>)MembersCollector.Kind.Create(
            build(overrides, services.GetRequiredService<EtcdLinks>()));
        all.Previous = own with { Members = [.. own.Members, .. memory.Known(own, clock.GetUtcNow())] };
        return all;
    }
}
