using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Certificates;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Certificates that are renewed, torn or gone, drives that hang, and snapshots that come and go.</summary>
internal sealed class NodeFaults(EtcdCluster cluster, ControlPlane plane, SoakDrives drives)
{
    private const int KeptSnapshots = 3;

    private readonly MemberProcess _member = cluster.Members[0];
    private int _snapshots;

    public ImmutableArray<SoakFault> All =>
    [
        new("certificates rotated", RotateAsync),
        new("certificate torn", (random, stop) => SpoilAsync(
            file => File.WriteAllText(file, File.ReadAllText(file)[..^200]), random, stop)),
        new("certificate gone", (random, stop) => SpoilAsync(File.Delete, random, stop)),
        new("drive fails", drives.FailAsync),
        new("drive fails", drives.FailAsync),
        new("snapshot written", SnapshotAsync),
    ];

    private Task RotateAsync(Random random, CancellationToken stop)
    {
        Issue(Leaf.HealthcheckClient);
        Issue(Leaf.Server);
        Issue(Leaf.Peer);
        plane.Issue("apiserver", 30);
        if (random.Next(2) == 0)
            plane.ApiServer.Restart();
        return SoakPause.BetweenAsync(random, 0, 3, stop);
    }

    private async Task SpoilAsync(Action<string> spoil, Random random, CancellationToken stop)
    {
        spoil(_member.Node.EtcdPki("healthcheck-client.crt"));
        await SoakPause.BetweenAsync(random, 1, 8, stop);
        Issue(Leaf.HealthcheckClient);
    }

    // A member that is down or paused gives none.
    private async Task SnapshotAsync(Random random, CancellationToken stop)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_member.Node.Root, "backups"));
        var file = Path.Combine(folder.FullName, $"etcd-{++_snapshots:0000}.db");
        try
        {
            await cluster.EtcdctlAsync(_member, "--command-timeout=5s", "--dial-timeout=5s", "snapshot", "save", file);
            if (random.Next(3) == 0)
                await TearAsync(file);
        }
        catch (InvalidOperationException)
        {
        }
        foreach (var old in folder.GetFiles().OrderByDescending(one => one.Name).Skip(KeptSnapshots))
            old.Delete();
        await SoakPause.BetweenAsync(random, 0, 3, stop);
    }

    private static async Task TearAsync(string file) => await File.WriteAllBytesAsync(
        file, (await File.ReadAllBytesAsync(file, CancellationToken.None))[..^512], CancellationToken.None);

    private void Issue(Leaf leaf)
    {
        var now = TimeProvider.System.GetUtcNow();
        cluster.Pki.Issue(_member.Node, _member.Name, leaf, now.AddHours(-1), now.AddDays(300), _member.Address);
    }
}
