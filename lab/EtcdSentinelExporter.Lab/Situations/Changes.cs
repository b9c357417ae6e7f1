using System.Collections.Immutable;
using static EtcdSentinelExporter.Lab.Situations.OrdinaryLife;
using static EtcdSentinelExporter.Lab.Situations.Times;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Changes that somebody makes, and troubles that are tickets: no page.</summary>
internal static class Changes
{
    private static readonly ClusterModel Prod = new();

    private static readonly string[] Resets = ["kubeadm-reset", "k3s-uninstall"];

    // Minutes at which a new node comes.
    private static readonly int[] Arrivals = [30, 60, 90];

    // One of three nodes saves a snapshot each day.
    private static ImmutableArray<Situation> Backups() =>
    [
        Of("one-node-makes-the-backups", "One of three nodes saves a snapshot each day.", 10, 60 * 60, Prod with
        {
            Nodes = [Node(1) with { NewestBackup = at => Math.Floor(at / Day) * Day }, Node(2), Node(3)],
        }),
        Of("backups-stop", "The job that saves snapshots fails from the second day on.", 10, 60 * 60, Prod with
        {
            Nodes = [Node(1) with { NewestBackup = _ => 0 }, Node(2), Node(3)],
        }) with { Fires = ["EtcdBackupTooOld"] },
        Of("damaged-backup", "A bit of a snapshot flips on its disk.", 5, 3 * 60, Prod with
        {
            Nodes =
            [
                Node(1) with { NewestBackup = _ => 0, HasCorruptBackup = at => In(at, Hour) }, Node(2), Node(3),
            ],
        }) with { Fires = ["EtcdBackupBroken"] },
    ];

    public static ImmutableArray<Situation> All { get; } =
    [
        .. Certificates(),
        .. Nodes(),
        .. Backups(),
        Of("image-that-nobody-can-pull", "All exporters are silent after an upgrade; the API server works.", 1, 90, Each(
            Prod, node => node with { HasExporter = at => !In(at, 20 * Minute) })) with { Fires = ["SentinelNodeNotCovered"] },
        Of("exporter-of-one-node-is-silent", "Its pod cannot start; the member beside it works.", 1, 75, Prod with
        {
            Nodes = [Node(1), Node(2), Node(3) with { HasExporter = at => !In(at, 20 * Minute) }],
        }) with { Fires = ["SentinelNodeNotCovered"] },
        Of("client-certificate-expired", "etcd refuses the exporters' certificate on all nodes.", 1, 90, Blind(Prod)) with
        {
            Fires = ["EtcdNotSeen"],
        },
        Of("quota-at-92-percent-for-a-week", "The file stays at 92 % of its quota; 60 % of it is live.", 30, 7 * 24 * 60, Each(
            Prod, node => node with { DatabaseBytes = _ => 1.84 * NodeModel.GiB, LiveBytes = _ => 1.1 * NodeModel.GiB }))
            with { Fires = ["EtcdDatabaseQuotaLowSpace"] },
        Of("follower-20-minutes-behind", "A follower applies nothing for twenty minutes.", 1, 90, Prod with
        {
            Nodes = [Node(1), Node(2), Node(3) with { Behind = at => In(at, Hour, 20 * Minute) ? 30 * (at - Hour) : 0 }],
        }) with { Fires = ["EtcdSlowApplies"] },
        Of("api-burns-and-one-follower-is-at-55-ms", "A webhook burns the budget, beside a disk that is a little slow.", 1, 60,
            Prod with
            {
                Burns = at => In(at, 30 * Minute),
                Nodes = [Node(1), Node(2), Node(3) with { Fsync = _ => 64 }],
            }) with { Fires = ["EtcdHighFsyncDuration"] },
        Of("one-leg-of-a-raid-1", "One of two disks of a mirror under etcd fails.", 1, 75, Prod with
        {
            Nodes =
            [
                Node(1) with { Drives = [Leg("sda") with { IsHealthy = at => !In(at, Hour) }, Leg("sdb")] }, Node(2), Node(3),
            ],
        }) with { Fires = ["DiskFailing"] },
        Of("drive-that-is-worn", "A drive under etcd has used 91 % of its rated writes.", 2, 90, Prod with
        {
            Nodes = [Node(1) with { Drives = [new("sda") { Wear = 0.91 }] }, Node(2), Node(3)],
        }) with { Fires = ["DiskWornOut"] },
        Of("little-space", "8 % of the disk are left, and stay.", 1, 40, Prod with
        {
            Nodes = [Node(1) with { FreeBytes = _ => 8 * NodeModel.GiB }, Node(2), Node(3)],
        }) with { Fires = ["EtcdDataDirLowSpace"] },
        Of("restore-from-a-snapshot", "All members stop for two minutes and come back as another cluster.", 1, 90, Each(
            Prod, node => node with { HasEtcd = at => !In(at, Hour, 2 * Minute) }) with
        {
            ClusterId = at => In(at, Hour + (2 * Minute)) ? "beef" : "c0ffee",
            RenewsLeases = at => !In(at, Hour, 2 * Minute),
        }),
    ];

    private static IEnumerable<Situation> Certificates() =>
    [
        Of("renewal-by-kubeadm", "A certificate with 40 days left is renewed; components restart within 20 minutes.", 1, 130,
            Each(Prod, node => node with
            {
                Certificates = [Renewed(Hour) with { NotAfter = at => at < Hour ? 40 * Day : 365 * Day }],
                NeedsRestart = at => In(at, Hour, 20 * Minute),
            })),
        Of("renewal-by-k3s", "k3s renews when it starts, with 85 days left.", 2, 140, Each(Prod, node => node with
        {
            Certificates =
            [
                new("server", "/var/lib/rancher/k3s/server/tls/etcd/server-client.crt",
                    at => at < Hour ? -280 * Day : Hour, at => at < Hour ? 85 * Day : 365 * Day),
            ],
        })),
        Of("renewal-by-cert-manager", "Certificates of a day and of 90 days, renewed with a third left.", 30, 4 * 24 * 60, Each(
            Prod, node => node with
            {
                Certificates =
                [
                    Rotating("a-day", Day, 2.0 / 3), Rotating("90-days", 90 * Day, 2.0 / 3, born: -58 * Day),
                ],
            })),
        Of("rotation-by-kubelet", "Certificates of 30 and 365 days, renewed with an eighth left.", 240, 40 * 24 * 60, Each(
            Prod, node => node with
            {
                Certificates =
                [
                    Rotating("kubelet-client", 30 * Day, 0.87), Rotating("kubelet-server", 365 * Day, 0.88, born: -300 * Day),
                ],
            })),
    ];

    private static CertificateModel Rotating(string name, double life, double at, double born = 0) => new(
        name, $"/var/lib/kubelet/pki/{name}-current.pem", seconds => Born(seconds, life * at, born),
        seconds => Born(seconds, life * at, born) + life);

    private static double Born(double seconds, double period, double born) =>
        born + (Math.Floor((seconds - born) / period) * period);

    private static IEnumerable<Situation> Nodes() =>
    [
        .. Resets.Select(name => Of(name,
            "A member leaves; its node is emptied, and its target goes two minutes later.", 1, 90, Prod with
            {
                Nodes = [Node(1), Node(2), Leaves(Node(3), Hour)],
                Voters = at => In(at, Hour) ? 2 : 3,
            })).Select(one => one with { Fires = ["EtcdQuorumFragile"] }),
        Of("cluster-api-replaces-all-three", "New nodes come and old ones go, one after the other.", 1, 140, Prod with
        {
            Nodes =
            [
                Leaves(Node(1), 40 * Minute), Leaves(Node(2), 70 * Minute), Leaves(Node(3), 100 * Minute),
                Comes(Node(4), 30 * Minute), Comes(Node(5), 60 * Minute), Comes(Node(6), 90 * Minute),
            ],
            Voters = at => Arrivals.Any(come => In(at, come * Minute, 10 * Minute)) ? 4 : 3,
            Term = at => 7 + Math.Floor(at / (35 * Minute)),
        }),
    ];

    private static NodeModel Leaves(NodeModel node, double then) => node with
    {
        HasEtcd = at => !In(at, then),
        HasData = at => !In(at, then),
        HasExporter = at => !In(at, then + (2 * Minute)),
        IsTarget = at => !In(at, then + (2 * Minute)),
    };

    private static NodeModel Comes(NodeModel node, double then) => node with
    {
        HasEtcd = at => In(at, then),
        HasExporter = at => In(at, then),
        IsTarget = at => In(at, then),
    };

    private static DriveModel Leg(string device) => new(device) { Via = "partition,md" };

    private static ClusterModel Blind(ClusterModel cluster) => Each(cluster, node => node with
    {
        HasEtcd = at => !In(at, 20 * Minute),
        Failure = _ => "client_certificate_expired",
    });
}
