using EtcdSentinelExporter.Lab.Certificates;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>Pages of the real exporter beside real members to which something happens.</summary>
internal static class RealPages
{
    private const string Quota = "--quota-backend-bytes=16777216";

    // A machine whose disk is slow or full would have a verdict of its own.
    private static readonly string[] Settings =
    [
        "--storage.enabled=false", "--drives.enabled=false", "--certificates.every=1s", "--certificates.timeout=1s",
    ];

    public static async Task<Sentinel> HealthyAsync(StatusPages pages) =>
        await BesideAsync(pages, await ClusterAsync(pages, members: 1), _ => { }, page =>
            page.Value("etcd_sentinel_member_up") is 1 && page.Has("etcd_sentinel_certificate_days_left"));

    public static async Task<Sentinel> NoSpaceAsync(StatusPages pages)
    {
        var cluster = await ClusterAsync(pages, members: 1, Quota);
        await new Workload(cluster).FillAsync("/registry/events", 80);
        return await BesideAsync(
            pages, cluster, _ => { }, page => page.Value("etcd_sentinel_alarm_active", "NOSPACE") is 1);
    }

    public static async Task<Sentinel> NoQuorumAsync(StatusPages pages)
    {
        var cluster = await ClusterAsync(pages, members: 3);
        cluster.Members[1].Kill();
        cluster.Members[2].Kill();
        return await BesideAsync(
            pages, cluster, _ => { }, page => page.Value("etcd_sentinel_member_has_leader") is 0);
    }

    public static async Task<Sentinel> CertificateAsync(StatusPages pages) =>
        await BesideAsync(
            pages, await ClusterAsync(pages, members: 1),
            node => node.Issue("apiserver", daysLeft: 2, lifetime: 365),
            page => page.Value("etcd_sentinel_certificate_days_left", "apiserver") < 3);

    public static async Task<Sentinel> FragmentationAsync(StatusPages pages)
    {
        var cluster = await ClusterAsync(pages, members: 1, Quota);
        await new Workload(cluster).FragmentAsync(12e6);
        return await BesideAsync(
            pages, cluster, _ => { }, page => page.Value("etcd_sentinel_db_fragmentation_ratio") > 0.5);
    }

    private static async Task<EtcdCluster> ClusterAsync(StatusPages pages, int members, params string[] flags) =>
        pages.Own(await EtcdCluster.StartAsync(new() { Members = members, ExtraFlags = [.. flags] }));

    private static async Task<Sentinel> BesideAsync(
        StatusPages pages, EtcdCluster cluster, Action<ControlPlane> prepare, Func<Scrape, bool> shows)
    {
        var member = cluster.Members[0];
        using var node = new ControlPlane(new("kubernetes"), member.Node);
        prepare(node);
        var sentinel = pages.Own(await Sentinel.StartAsync(
            member.Node.Root, [$"--path.rootfs={member.Node.Root}", .. Settings]));
        await sentinel.WaitAsync(shows, "the page shows what happened");
        return sentinel;
    }
}
