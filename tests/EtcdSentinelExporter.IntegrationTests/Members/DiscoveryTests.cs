using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Members;

/// <summary>What the node's files say, and what happens when they change.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public async Task A_node_without_etcd_is_no_failure()
    {
        var root = Directory.CreateTempSubdirectory("etcd-sentinel-");
        await using var sentinel = await Sentinel.StartAsync(
            root.FullName, $"--path.rootfs={root.FullName}", $"--path.procfs={root.FullName}");

        var page = await sentinel.ScrapeAsync();
        var log = await File.ReadAllTextAsync(sentinel.Log);
        root.Delete(recursive: true);

        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "members"));
        Assert.Equal(0, page.Value("etcd_sentinel_collector_subjects", "members"));
        Assert.False(page.Has("etcd_sentinel_member_up"));
        Assert.Contains("/etc/kubernetes/manifests/etcd.yaml", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_manifest_is_taken_up_and_a_torn_one_does_not_blind_it()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var manifest = await File.ReadAllTextAsync(member.Node.Manifest);
        await using var sentinel = await Sentinel.BesideHealthyAsync(member);
        Assert.True((await sentinel.ScrapeAsync())
            .Has("etcd_sentinel_etcd_config_info", "kubeadm", "/etc/kubernetes/manifests/etcd.yaml", "/var/lib/etcd"));

        await File.WriteAllTextAsync(
            member.Node.Manifest,
            manifest.Replace(
                "    - --data-dir", "    - --quota-backend-bytes=8589934592\n    - --data-dir",
                StringComparison.Ordinal));
        await sentinel.WaitAsync(p => p.Has("etcd_sentinel_etcd_config_info", "8589934592"), "the new flag is seen");
        await File.WriteAllTextAsync(member.Node.Manifest, manifest[..(manifest.Length / 2)] + "\n  {[");
        var torn = await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_etcd_config_load_success") == 0, "the torn manifest is said");
        await File.WriteAllTextAsync(member.Node.Manifest, manifest);
        await sentinel.WaitAsync(
            p => p.Value("etcd_sentinel_etcd_config_load_success") == 1, "the mended manifest is read");

        Assert.Equal(1, torn.Value("etcd_sentinel_etcd_config_load_failure", "malformed"));
        Assert.False(torn.Has("etcd_sentinel_etcd_config_info"));
        Assert.Equal(1, torn.Value("etcd_sentinel_member_up"));
    }

    [Fact]
    public async Task A_manifest_that_was_never_good_fails_the_poll_and_recovers()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        var manifest = await File.ReadAllTextAsync(member.Node.Manifest);
        await File.WriteAllTextAsync(member.Node.Manifest, new string('[', 100_000));
        await using var sentinel = await Sentinel.BesideAsync(member);

        var blind = await sentinel.ScrapeAsync();
        await File.WriteAllTextAsync(member.Node.Manifest, manifest);
        await sentinel.WaitAsync(p => p.Value("etcd_sentinel_member_up") == 1, "the mended manifest is read");

        Assert.Equal(0, blind.Value("etcd_sentinel_poll_success", "members"));
        Assert.Equal(1, blind.Value("etcd_sentinel_poll_failure", "members", "malformed"));
    }
}
