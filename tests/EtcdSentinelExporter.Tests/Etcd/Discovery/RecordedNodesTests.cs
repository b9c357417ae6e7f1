using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Nodes of public reports, on which something was invisible once: what is expected, polled and watched
/// there.</summary>
public sealed class RecordedNodesTests
{
    private static readonly EtcdOverrides NothingGiven = new(
        [], CaFile: null, CertFile: null, KeyFile: null, MetricsUrl: null);

    [Theory]
    [InlineData("http-listener-config-file", "unit",
        "https://127.0.0.1:42801 page https://127.0.0.1:39957/metrics quota 33554432")]
    [InlineData("http-listener-environment", "unit",
        "https://127.0.0.1:59783 page http://127.0.0.1:36433/metrics quota none")]
    [InlineData("ipv6-wildcard", "unit",
        "http://[::1]:33595 or http://127.0.0.1:33595 page http://[::1]:33595/metrics quota none")]
    [InlineData("k0s-default-paths", "k0s",
        "https://127.0.0.1:2379 page https://127.0.0.1:2379/metrics quota unknown")]
    [InlineData("k3s-own-data-dir", "k3s",
        "https://127.0.0.1:33769 page http://127.0.0.1:55745/metrics quota 67108864")]
    [InlineData("kubeadm-certificates-dir", "manifest",
        "https://127.0.0.1:2379 page http://127.0.0.1:2381/metrics quota none")]
    [InlineData("kubespray-two-etcds", "unit",
        "https://127.0.0.1:52803 page https://127.0.0.1:52803/metrics quota none",
        "https://127.0.0.1:51271 page https://127.0.0.1:51271/metrics quota none")]
    [InlineData("quadlet-unit", "unit",
        "http://127.0.0.1:49877 page http://127.0.0.1:49877/metrics quota none")]
    [InlineData("rke2-own-data-dir", "rke2")]
    [InlineData("wildcard-listener-unit", "unit",
        "https://127.0.0.1:45337 or https://[::1]:45337 or https://etcd1.example.internal:45337 "
        + "page https://127.0.0.1:45337/metrics quota none")]
    public async Task Each_etcd_of_the_node_is_expected_and_polled(
        string fixture, string expectedBy, params string[] members)
    {
        var discovered = await Discovering.FixtureAsync(fixture);

        Assert.Equal([expectedBy], discovered.ExpectedBy);
        Assert.Equal(members, EtcdTargets.Of(NothingGiven, discovered.Installations).Select(Text));
        // One that is expected and cannot be polled fails the poll.
        Assert.Equal(members is [], discovered.Problem is not null);
    }

    [Theory]
    [InlineData("http-listener-config-file", "none", "etcd-ca, etcd-server")]
    [InlineData("k0s-default-paths", "k0s", "etcd-ca, etcd-peer, etcd-server")]
    [InlineData("k3s-own-data-dir", "k3s", "etcd-client, etcd-peer, etcd-peer-ca, etcd-server, etcd-server-ca")]
    [InlineData("kubeadm-certificates-dir", "kubeadm",
        "apiserver, apiserver-etcd-client, apiserver-kubelet-client, client-ca, controller-manager.conf, etcd-ca, "
        + "etcd-peer, etcd-server, front-proxy-client, scheduler.conf")]
    public async Task Each_certificate_that_the_node_needs_is_watched_where_it_is(
        string fixture, string profile, string required)
    {
        var files = new HostFiles(TempNode.Fixture(fixture), TimeProvider.System);
        var plan = new Planner(files, KnownProfiles.Auto, [], [], etcdIdentity: null)
            .Plan((await Discovering.FixtureAsync(fixture)).Installations, [], NodeConfiguration.Nothing);

        Assert.Equal(profile, plan.Profile);
        Assert.Equal(required, string.Join(", ", plan.Files.Where(file => file.IsRequired).Select(file => file.Name)
            .Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Certificates_in_another_folder_of_kubeadm_are_read_and_none_is_missing_but_what_the_record_lacks()
    {
        var files = new HostFiles(TempNode.Fixture("kubeadm-certificates-dir"), TimeProvider.System);
        var plan = new Planner(files, KnownProfiles.Auto, [], [], etcdIdentity: null)
            .Plan((await Discovering.FixtureAsync("kubeadm-certificates-dir")).Installations, [], NodeConfiguration.Nothing);
        var scan = new FileScan(files, new FileSweeper(Patience.Limit, TimeProvider.System), TimeProvider.System);

        var read = (await scan.ReadAsync(plan.Files, before: [], CancellationToken.None)).Files;

        Assert.Equal(
            [
                "/opt/k8s/pki/apiserver-etcd-client.crt 2027-11-29", "/opt/k8s/pki/apiserver-kubelet-client.crt 2027-11-29",
                "/opt/k8s/pki/apiserver.crt 2026-12-02", "/opt/k8s/pki/ca.crt 2036-11-26",
                "/opt/k8s/pki/etcd/ca.crt 2036-11-26", "/opt/k8s/pki/etcd/healthcheck-client.crt 2027-11-29",
                "/opt/k8s/pki/etcd/peer.crt 2027-11-29", "/opt/k8s/pki/etcd/server.crt 2027-11-29",
                "/opt/k8s/pki/front-proxy-client.crt 2026-12-02",
            ],
            read.SelectMany(file => file.Certificates.Select(one => $"{file.Path} {one.Facts.NotAfter:yyyy-MM-dd}"))
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/scheduler.conf"],
            read.Where(file => file is { IsRequired: true, IsPresent: not true }).Select(file => file.Path)
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["etcd-client 127.0.0.1:2379", "kube-apiserver 127.0.0.1:6443",
                "kube-controller-manager 127.0.0.1:10257", "kube-scheduler 127.0.0.1:10259"],
            plan.Listeners.Select(listener => $"{listener.Name} {listener.Address}").Order(StringComparer.Ordinal));
    }

    private static string Text(EtcdTarget target) =>
        string.Join(" or ", target.Candidates().Select(one => one.Endpoint.Text))
        + $" page {target.MetricsUrl} quota "
        + (target.Installation!.QuotaBytes?.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ?? (target.Installation.QuotaIsKnown ? "none" : "unknown"));
}
