using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Incidents;

namespace EtcdSentinelExporter.Lab.Browsing;

/// <summary>A cluster that something happens to, for a picture.</summary>
/// <param name="Verdict">Part of the first sentence of the page once it shows what happened.</param>
internal sealed record Scene(string Name, string Verdict, Func<Task<DemoLab>> StartAsync)
{
    public static ImmutableArray<Scene> All { get; } =
    [
        new(Incident.Healthy, "have a quorum", () => StartLabAsync(new HealthyCluster(TimeSpan.Zero))),
        new("nospace", "the cluster rejects writes", () => HappenAsync(new NoSpace())),
        new("fragmentation", "of its quota of 128 MiB; data in use takes 2", () => HappenAsync(new Fragmentation())),
        new("dying-disk", "The disk under etcd ", SlowDownAsync),
        new("certificate", "apiserver expires in", () => HappenAsync(new Certificate())),
        new("no-quorum", "etcd has no quorum", () => HappenAsync(new NoQuorum())),
    ];

    private static async Task<DemoLab> HappenAsync(Incident incident)
    {
        var lab = await StartLabAsync(incident);
        await incident.HappenAsync(lab);
        return lab;
    }

    private static async Task<DemoLab> SlowDownAsync()
    {
        var lab = await StartLabAsync(new DyingDisk());
        await lab.Cluster.LeadAsync(0);
        // It ends with the member.
        DyingDisk.SlowDown(lab.Cluster.Members[0], Path.Combine(TestRun.Folder, "strace.log")).Dispose();
        return lab;
    }

    // Pages and commands show the name of the machine: here that of the node.
    private static async Task<DemoLab> StartLabAsync(Incident incident)
    {
        var lab = await DemoLab.StartNodesAsync(EtcdBinary.Default, incident.Recordings, incident.Flags);
        // The lab's usual client certificate is valid for a day.
        foreach (var node in lab.ControlPlanes)
            node.Issue("front-proxy-client", daysLeft: 365);
        await lab.StartExportersAsync(
            node => ["unshare", "--uts", "/bin/sh", "-c", $"hostname {node}; exec \"$0\" \"$@\"", Sentinel.Program],
            "--members.every=3s", "--members.timeout=3s");
        return lab;
    }
}
