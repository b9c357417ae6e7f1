using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class EtcdTargetsTests
{
    private static readonly EtcdOverrides NothingGiven = new(
        [], CaFile: null, CertFile: null, KeyFile: null, MetricsUrl: null);

    private static readonly EtcdInstallation Kubeadm = new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        ClientUrl = "https://127.0.0.1:2379",
        ListenClientUrls = ["https://127.0.0.1:2379", "https://10.0.0.1:2379", "unix://etcd.sock"],
        MetricsUrl = "http://127.0.0.1:2381/metrics",
        CaFile = "/pki/ca.crt",
        CertFile = "/pki/client.crt",
        KeyFile = "/pki/client.key",
        QuotaIsKnown = true,
        ClientCertAuth = true,
    };

    [Fact]
    public void Without_settings_the_nodes_own_member_is_asked_once() =>
        Assert.Equal(
            new EtcdTarget(
                EtcdEndpoint.Parse("https://127.0.0.1:2379"), "/pki/ca.crt", "/pki/client.crt", "/pki/client.key",
                new Uri("http://127.0.0.1:2381/metrics"), Kubeadm),
            Assert.Single(EtcdTargets.Of(NothingGiven, [Kubeadm])) with { Alternatives = [] });

    [Fact]
    public void Without_either_nothing_is_asked() => Assert.Empty(EtcdTargets.Of(NothingGiven, []));

    [Fact]
    public void Who_names_only_a_page_is_read_off_that_page()
    {
        var target = Assert.Single(
            EtcdTargets.Of(
                NothingGiven with { MetricsUrl = new Uri("http://10.0.0.1:2381/metrics") }, []));

        Assert.True(target is { IsPageOnly: true, Endpoint.Text: "http://10.0.0.1:2381", Installation: null });
        Assert.True(Assert.Single(
            EtcdTargets.Of(NothingGiven, [Kubeadm with { ClientUrl = null }])) is
        {
            IsPageOnly: true,
            Installation: not null
        });
        Assert.Empty(EtcdTargets.Of(NothingGiven, [Kubeadm with { ClientUrl = null, MetricsUrl = null }]));
    }

    [Fact]
    public void A_member_of_another_node_gets_the_files_of_the_member_that_lists_it()
    {
        var other = EtcdEndpoint.Parse("https://10.0.1.2:2379");
        var peer = EtcdEndpoint.Parse("https://10.0.1.3:2379");
        var second = Kubeadm with
        {
            ClientUrl = other.Text,
            ListenClientUrls = [other.Text],
            CaFile = "/second/ca.crt",
        };
        var given = NothingGiven with { Endpoints = [other, peer] };

        Assert.Equal(
            ["/second/ca.crt", "/pki/ca.crt"],
            EtcdTargets.Of(given, [Kubeadm, second]).Select(target => target.CaFile));
        Assert.Equal(
            ["/second/ca.crt", "/second/ca.crt"],
            EtcdTargets.Of(given with { ListedBy = given.ListedBy.Add(peer, other) }, [Kubeadm, second])
                .Select(target => target.CaFile));
    }

    [Fact]
    public void A_given_endpoint_that_leads_to_the_nodes_member_keeps_what_is_known_of_it()
    {
        var given = NothingGiven with
        {
            Endpoints = [EtcdEndpoint.Parse("https://10.0.0.1:2379")],
            CertFile = "/mine.crt"
        };

        var target = Assert.Single(EtcdTargets.Of(given, [Kubeadm]));

        Assert.Same(Kubeadm, target.Installation);
        Assert.Equal(("/pki/ca.crt", "/mine.crt"), (target.CaFile, target.CertFile));
        Assert.Equal("http://127.0.0.1:2381/metrics", target.MetricsUrl.ToString());
    }

    [Fact]
    public void External_members_are_asked_for_their_metrics_at_their_own_port()
    {
        var given = NothingGiven with
        {
            Endpoints = [EtcdEndpoint.Parse("https://10.0.0.8:2379"), EtcdEndpoint.Parse("https://[fd00::9]:2379")],
            MetricsUrl = new Uri("http://127.0.0.1:9999/metrics"),
        };

        var targets = EtcdTargets.Of(given, [Kubeadm]);

        Assert.Equal(
            ["https://10.0.0.8:2379/metrics", "https://[fd00::9]:2379/metrics"],
            targets.Select(t => t.MetricsUrl.ToString()));
        Assert.All(targets, target => Assert.Null(target.Installation));
    }

    [Fact]
    public void Two_installations_are_two_targets_with_their_own_pages_and_alternatives()
    {
        var wildcard = Kubeadm with
        {
            ClientUrl = "https://127.0.0.1:4001",
            ListenClientUrls = ["https://0.0.0.0:4001"],
            MetricsUrl = null,
            Alternatives = [new("https://node1:4001", null)],
            KeyFile = "/events.key",
        };

        var targets = EtcdTargets.Of(
            NothingGiven with { MetricsUrl = new Uri("http://127.0.0.1:9999/metrics") }, [Kubeadm, wildcard]);

        Assert.Equal(
            ["https://127.0.0.1:2379 http://127.0.0.1:2381/metrics", "https://127.0.0.1:4001 https://127.0.0.1:4001/metrics"],
            targets.Select(target => $"{target.Endpoint} {target.MetricsUrl}"));
        var other = Assert.Single(targets[1].Alternatives);
        Assert.Equal("https://node1:4001 https://node1:4001/metrics", $"{other.Endpoint} {other.MetricsUrl}");
        Assert.Equal("/events.key", other.KeyFile);
        Assert.Same(wildcard, other.Installation);
    }

    [Fact]
    public void A_given_metrics_url_serves_a_single_endpoint() =>
        Assert.Equal("http://127.0.0.1:9999/metrics", Assert.Single(
            EtcdTargets.Of(
                NothingGiven with { MetricsUrl = new Uri("http://127.0.0.1:9999/metrics") },
                [Kubeadm])).MetricsUrl.ToString());
}
