using System.Collections.Immutable;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Members that are killed, paused, or too few for a quorum.</summary>
internal sealed class ClusterFaults(EtcdCluster cluster)
{
    public ImmutableArray<SoakFault> All =>
    [
        new("member killed", KillAsync),
        new("member paused", PauseAsync),
        new("quorum lost", LoseQuorumAsync),
        new("member restarted", RestartAsync),
    ];

    // The first member is the one beside the exporter: half of all faults are its own.
    private MemberProcess Pick(Random random) =>
        cluster.Members[Math.Max(0, random.Next(-1, cluster.Members.Count))];

    private async Task KillAsync(Random random, CancellationToken stop)
    {
        var member = Pick(random);
        member.Kill();
        await SoakPause.BetweenAsync(random, 1, 15, stop);
        Heal();
    }

    private async Task PauseAsync(Random random, CancellationToken stop)
    {
        var member = Pick(random);
        if (!member.Runs)
            return;
        await member.PauseAsync();
        await SoakPause.BetweenAsync(random, 1, 15, stop);
        await member.ResumeAsync();
    }

    private async Task LoseQuorumAsync(Random random, CancellationToken stop)
    {
        foreach (var member in cluster.Members.Skip(random.Next(2)).Take(2))
            member.Kill();
        await SoakPause.BetweenAsync(random, 1, 10, stop);
        Heal();
    }

    private Task RestartAsync(Random random, CancellationToken stop)
    {
        Pick(random).Restart();
        return SoakPause.BetweenAsync(random, 0, 3, stop);
    }

    // Also one that ended because its port was still in use.
    private void Heal()
    {
        foreach (var member in cluster.Members.Where(member => !member.Runs))
            member.Start();
    }
}
