using System.Collections.Immutable;
using static EtcdSentinelExporter.Lab.Situations.OrdinaryLife;
using static EtcdSentinelExporter.Lab.Situations.Times;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Incidents: the page comes at most 90 seconds after its <c>for</c>.</summary>
internal static class Incidents
{
    private const double Begin = 30 * Minute;

    private static readonly ClusterModel Prod = new();

    public static ImmutableArray<Situation> All { get; } =
    [
        Incident("dying-disk", "The disk of the leader takes 300 ms for an fsync, times out, and the API burns its budget.",
            Prod with
            {
                Burns = at => In(at, Begin + (2 * Minute)),
                Nodes =
                [
                    Node(1) with
                    {
                        Fsync = at => In(at, Begin) ? 512 : 4,
                        Flush = at => In(at, Begin) ? 0.3 : 0.001,
                        Drives =
                        [
                            new("sda") { Wear = 0.91, Timeouts = at => 85 + (In(at, Begin) ? Math.Floor((at - Begin) / 300) : 0) },
                        ],
                    },
                    Node(2), Node(3),
                ],
            },
            pages: [("ControlPlaneDiskIsTheCause", 2 + 5), ("EtcdFsyncDurationCritical", 5)],
            tickets:
            [
                "EtcdHighFsyncDuration", "EtcdHighCommitDuration", "EtcdDiskSlowFlush", "DiskCommandTimeout", "DiskWornOut",
                "DiskCommandTimeoutHistory",
            ],
            length: 75),
        Incident("nospace", "Each file reaches the quota, and etcd takes no writes.", Each(Prod, node => node with
        {
            DatabaseBytes = at => Math.Min(2, 0.4 + (1.6 * at / Begin)) * NodeModel.GiB,
            LiveBytes = _ => 0.3 * NodeModel.GiB,
        }) with { HasNoSpace = true, RenewsLeases = at => !In(at, Begin) },
            pages: [("EtcdNoSpaceAlarm", 0), ("EtcdDatabaseQuotaCritical", 5)],
            tickets: ["EtcdDatabaseQuotaLowSpace", "EtcdHighFragmentation"]),
        Incident("fragmentation", "A file of 8.4 GB for 156 MB of data, at a quota of 8 GiB and 98 % full.", Each(Prod, node => node with
        {
            Quota = 8 * NodeModel.GiB,
            DatabaseBytes = at => (In(at, Begin) ? 7.85 : 1) * NodeModel.GiB,
            LiveBytes = _ => 0.156 * NodeModel.GiB,
        }), pages: [("EtcdDatabaseQuotaCritical", 5)], tickets: ["EtcdDatabaseQuotaLowSpace", "EtcdHighFragmentation"]),
        Incident("certificate", "A certificate expires that nobody renewed.", Prod with
        {
            Nodes =
            [
                Node(1) with
                {
                    Certificates = [CertificateModel.Kubeadm with { NotBefore = _ => -365 * Day, NotAfter = _ => Begin + (3 * Day) }],
                },
                Node(2), Node(3),
            ],
        }, pages: [("CertificateExpiringCritical", 15)], tickets: []),
        Incident("two-nodes-off", "Two of three nodes lose power.", Off(Prod, 2, 3) with
        {
            HasQuorum = at => !In(at, Begin),
            RenewsLeases = at => In(at, Begin) ? null : true,
        }, pages: [("EtcdNoQuorum", 1)], tickets: ["SentinelNodeNotCovered"]),
        Incident("all-members-down", "All members stop; the exporters run.", Each(Prod, node => node with
        {
            HasEtcd = at => !In(at, Begin),
        }) with { RenewsLeases = at => !In(at, Begin) }, pages: [("EtcdDown", 3)], tickets: ["EtcdMemberUnreachable"]),
        Incident("all-nodes-off", "All nodes lose power, and with them all that Prometheus scrapes.", Off(Prod, 1, 2, 3) with
        {
            RenewsLeases = at => In(at, Begin) ? null : true,
        }, pages: [("EtcdDown", 5)], tickets: ["SentinelNodeNotCovered"]),
        Incident("single-member-down", "The only member stops.", Prod with
        {
            Nodes = [Node(1) with { HasEtcd = at => !In(at, Begin) }],
            Voters = _ => 1,
            RenewsLeases = at => !In(at, Begin),
        }, pages: [("EtcdDown", 3)], tickets: ["EtcdMemberUnreachable"]),
        Incident("compaction-stalled", "Nobody compacts any more.", Prod with
        {
            SinceCompaction = at => In(at, Begin) ? at - Begin : at % 300,
        }, pages: [], tickets: ["EtcdCompactionStalled"]),
        Of("restart-storm", "An application restarts in a loop, and its writes fill the database within the day.", 5, 9 * 60,
            Each(Prod, node => node with
            {
                DatabaseBytes = at => Math.Min(1.9, 0.6 + (0.1 * Math.Max(0, at - Begin) / Hour)) * NodeModel.GiB,
                LiveBytes = at => Math.Min(1.4, 0.5 + (0.1 * Math.Max(0, at - Begin) / Hour)) * NodeModel.GiB,
            })) with { Fires = ["EtcdDatabaseFillsSoon"] },
        Incident("disk-full", "The disk under a member fills within the hour.", Prod with
        {
            Nodes =
            [
                Node(1) with { FreeBytes = at => Math.Max(0.02, 12 - (12 * Math.Max(0, at - Begin) / Hour)) * NodeModel.GiB },
                Node(2), Node(3),
            ],
        }, pages: [("EtcdDataDirFull", 25)], tickets: ["EtcdDataDirLowSpace"]),
        Incident("file-system-read-only", "The kernel makes the file system of a member read-only.", Prod with
        {
            Nodes = [Node(1) with { IsReadOnly = at => In(at, Begin) }, Node(2), Node(3)],
        }, pages: [("EtcdDataDirUnusable", 3)], tickets: []),
        Incident("leader-crisis", "etcd elects a leader every half minute.", Prod with
        {
            Term = at => 7 + (In(at, Begin) ? Math.Floor((at - Begin) / 30) : 0),
        }, pages: [("EtcdLeaderCrisis", 4)], tickets: ["EtcdLeaderChanges"]),
        Incident("defragmentation-hangs", "The only member defragments and does not end.", Prod with
        {
            Nodes = [Node(1) with { Defragments = at => In(at, Begin) }],
            Voters = _ => 1,
            RenewsLeases = at => !In(at, Begin),
        }, pages: [("EtcdDown", 10 + 3)], tickets: ["EtcdDefragmentationHangs"]),
    ];

    // A minute and a half, as promised; scrapes and evaluations of 30 s are part of it.
    private static Situation Incident(
        string name, string story, ClusterModel cluster, (string Alert, double Minutes)[] pages, string[] tickets,
        double length = 60) =>
        Of(name, story, 0.5, length, cluster) with
        {
            Fires = [.. pages.Select(page => page.Alert).Concat(tickets).Order(StringComparer.Ordinal)],
            Pages = [.. pages.Select(page => (page.Alert, Minutes((Begin / Minute) + page.Minutes + 1.5)))],
        };

    private static ClusterModel Off(ClusterModel cluster, params int[] numbers) => Each(cluster, node =>
        numbers.Contains(node.Number)
            ? node with { HasEtcd = at => !In(at, Begin), HasExporter = at => !In(at, Begin) }
            : node);
}
