using System.Collections.Immutable;
using static EtcdSentinelExporter.Lab.Situations.Times;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>What happens to every cluster: nothing fires.</summary>
internal static class OrdinaryLife
{
    private static readonly ClusterModel Prod = new();

    public static ImmutableArray<Situation> All { get; } =
    [
        Of("healthy-24h", "A healthy cluster for a day.", 2, 24 * 60, Prod),
        .. new[] { 15, 30, 60, 120 }.Select(seconds => Of($"interval-{seconds}s",
            $"A healthy cluster that is scraped every {seconds} s.", seconds / 60.0, seconds < 30 ? 40 : 60, Prod)),
        Of("without-cluster-label", "One cluster, without the label cluster.", 1, 60, Prod with { Cluster = "" }),
        Of("without-node-label", "Targets without the label node.", 1, 60, Prod with { HasNodeLabel = false }),
        Of("without-port", "The label instance has no port.", 1, 60, Prod with { HasPort = false }),
        Of("ha-pair", "Two Prometheus servers write to one store.", 1, 60, Prod with { Replicas = ["a", "b"] }),
        Of("several-clusters", "Three clusters with the same addresses in one store.", 1, 60,
            Prod, Prod with { Cluster = "b", ClusterId = _ => "beef" }, Prod with { Cluster = "c", ClusterId = _ => "f00d" }),
        Of("two-clusters-without-label-and-one-api-burns",
            "One Prometheus and no label cluster: a webhook burns the budget of one, the disk of the other flushes in 20 ms.", 1,
            60, Prod with { Cluster = "", Burns = at => In(at, 30 * Minute) },
            Each(Prod, node => node with { Number = node.Number + 20, Flush = _ => 0.02, Fsync = _ => 32 }) with
            {
                Cluster = "", ClusterId = _ => "beef",
            }),
        Of("new-cluster", "A cluster that was made a moment ago.", 1, 60, Each(
            Prod, node => node with { DatabaseBytes = at => (0.001 + (at * 1e-6)) * NodeModel.GiB, LiveBytes = _ => 1e6 })),
        Of("single-node", "One member, and a restart of two minutes.", 1, 90, Prod with
        {
            Nodes = [Node(1) with { HasEtcd = at => !In(at, Hour, 2 * Minute) }],
            Voters = _ => 1,
            RenewsLeases = at => !In(at, Hour, 2 * Minute),
        }),
        Of("external-etcd", "Three exporters that poll three members elsewhere.", 1, 60, Prod with { IsExternal = true }),
        Of("rolling-reboot", "Each node is off for four minutes, one after the other.", 1, 90, Each(Prod, node => node with
        {
            HasEtcd = at => !In(at, node.Number * 20 * Minute, 4 * Minute),
            HasExporter = at => !In(at, node.Number * 20 * Minute, 4 * Minute),
        }) with { Term = at => 7 + Math.Floor(at / (25 * Minute)) }),
        Of("upgrade-of-etcd", "Each member is down for a minute and comes back as 3.6.", 1, 90, Each(Prod, node => node with
        {
            HasEtcd = at => !In(at, node.Number * 20 * Minute, Minute),
            Version = at => In(at, node.Number * 20 * Minute) ? "3.6.4" : "3.5.16",
        })),
        Of("upgrade-of-the-exporter", "Each exporter is replaced and silent for a minute.", 1, 90, Each(
            Prod, node => node with { HasExporter = at => !In(at, node.Number * 20 * Minute, Minute) })),
        Of("hourly-backups", "A snapshot each hour makes fsyncs slow for a minute and a half.", 0.5, 150, Each(
            Prod, node => node with { Fsync = at => Each(at, Hour, 90) ? 256 : 4 })),
        Of("nightly-defragmentation", "Each member defragments for three minutes, one after the other.", 1, 90, Each(
            Prod, node => node with
            {
                Defragments = at => In(at, node.Number * 20 * Minute, 3 * Minute),
                DatabaseBytes = at => (In(at, (node.Number * 20 * Minute) + (3 * Minute)) ? 0.16 : 0.3) * NodeModel.GiB,
            })),
        Of("failing-scrapes", "One scrape in four fails, and once Prometheus is away for ten minutes.", 1, 120, Prod) with
        {
            IsScraped = at => at / Minute % 4 < 3,
            IsWatched = at => !In(at, 100 * Minute, 10 * Minute),
        },
        Of("clock-skew", "The clock of one node is two minutes ahead, when its certificate is renewed.", 1, 100, Prod with
        {
            Nodes = [Node(1), Node(2), Node(3) with { Certificates = [Renewed(Hour, early: -60)] }],
        }),
        Of("drive-new-since-yesterday", "A drive was added that has old media errors.", 10, 30 * 60, Each(
            Prod, node => node with { Drives = [new("sda"), new("sdb") { Exists = at => In(at, 2 * Hour), MediaErrors = 9 }] })),
        Of("disks-of-16-gb-and-2-tb", "Both have enough space.", 1, 60, Prod with
        {
            Nodes =
            [
                Node(1) with { DiskBytes = 16 * NodeModel.GiB, FreeBytes = _ => 2.5 * NodeModel.GiB },
                Node(2) with { DiskBytes = 2000 * NodeModel.GiB, FreeBytes = _ => 900 * NodeModel.GiB }, Node(3),
            ],
        }),
        Of("api-burns-while-all-disks-are-fast", "A webhook makes KubeAPIErrorBudgetBurn fire.", 1, 60,
            Prod with { Burns = at => In(at, 30 * Minute) }),
    ];

    internal static Situation Of(
        string name, string story, double step, double minutes, params ImmutableArray<ClusterModel> clusters) =>
        new(name, story, Minutes(step), Minutes(minutes), clusters);

    internal static NodeModel Node(int number) => new(number);

    internal static ClusterModel Each(ClusterModel cluster, Func<NodeModel, NodeModel> change) =>
        cluster with { Nodes = [.. cluster.Nodes.Select(change)] };

    /// <summary>kubeadm's certificate, renewed then; early is the time until it is valid.</summary>
    internal static CertificateModel Renewed(double then, double early = 0) => CertificateModel.Kubeadm with
    {
        NotBefore = at => at < then ? -345 * Day : then - early,
        NotAfter = at => at < then ? 20 * Day : 365 * Day,
    };

    private static bool Each(double seconds, double period, double length) => Times.Each(seconds, period, length);
}
