using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>What is looked for, and who is dialled.</summary>
public sealed class PlannerTests : IDisposable
{
    private const string Pki = "/etc/kubernetes/pki/etcd";

    private static readonly TlsFiles Ours = new(Ca: null, "/our.crt", "/our.key");

    private static readonly EtcdInstallation Etcd = new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        ClientUrl = "https://127.0.0.1:2379",
        PeerUrl = "https://10.0.0.1:2380",
        CaFile = "/etc/etcd/pki/ca.crt",
        ServerCertFile = "/etc/etcd/pki/server.crt",
        PeerCaFile = "/etc/etcd/pki/ca.crt",
        PeerCertFile = "/etc/etcd/pki/peer.crt",
        PeerKeyFile = "/etc/etcd/pki/peer.key",
        CertFile = "/etc/etcd/pki/healthcheck-client.crt",
        KeyFile = "/etc/etcd/pki/healthcheck-client.key",
    };

    private readonly TempNode _node = new TempNode().With("/etc/kubernetes/manifests/etcd.yaml", "");

    [Fact]
    public void Where_etcd_names_other_paths_those_are_required_and_kubeadms_own_are_not()
    {
        var required = Plan(Etcd).Files.Where(file => file.IsRequired).Select(file => file.Path);

        Assert.Equal(
            ["/etc/etcd/pki/ca.crt", "/etc/etcd/pki/peer.crt", "/etc/etcd/pki/server.crt"],
            required.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_etcd_names_the_usual_paths_or_cannot_be_read_those_are_required()
    {
        string[] usual = [$"{Pki}/ca.crt", $"{Pki}/healthcheck-client.crt", $"{Pki}/peer.crt", $"{Pki}/server.crt"];
        var etcd = Etcd with
        {
            CaFile = usual[0],
            CertFile = usual[1],
            PeerCaFile = usual[0],
            PeerCertFile = usual[2],
            ServerCertFile = usual[3],
        };

        foreach (var plan in new[] { Plan(etcd), Plan(null) })
        {
            Assert.Equal(
                usual, plan.Files.Where(file => file.IsRequired).Select(file => file.Path)
                    .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Only_the_path_that_etcd_was_told_differently_is_not_required()
    {
        var etcd = Etcd with { CaFile = $"{Pki}/ca.crt", PeerCaFile = null, PeerCertFile = $"{Pki}/peer.crt" };

        var plan = Plan(etcd);

        Assert.Equal(
            ["/etc/etcd/pki/server.crt", $"{Pki}/ca.crt", $"{Pki}/peer.crt"],
            plan.Files.Where(file => file.IsRequired).Select(file => file.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_more_exact_row_comes_first()
    {
        var openshift = Plan(null, "openshift").Files.Select(file => file.Name).ToList();
        var kubespray = Plan(
            Etcd with
            {
                ServerCertFile = "/etc/ssl/etcd/ssl/member-n1.pem",
                PeerCertFile = "/etc/ssl/etcd/ssl/member-n1.pem"
            },
            "kubespray").Files;

        Assert.InRange(openshift.IndexOf("etcd-serving-metrics"), 0, openshift.IndexOf("etcd-serving") - 1);
        Assert.Equal(
            ["/etc/ssl/etcd/ssl/member-n1.pem", "/etc/ssl/etcd/ssl/member-*.pem"],
            kubespray.Where(file => file.Name == "etcd-member").Select(file => file.Path));
        Assert.DoesNotContain(kubespray, file => file.Name is "etcd-server" or "etcd-peer");
        Assert.False(kubespray.Single(file => file.Path.EndsWith("member-*.pem", StringComparison.Ordinal)).IsRequired);
    }

    [Theory]
    [InlineData("kube-apiserver", "apiserver", 6443)]
    [InlineData("kube-controller-manager", "kube-controller-manager", 10257)]
    [InlineData("kube-scheduler", "kube-scheduler", 10259)]
    public void What_a_static_pod_serves_is_expected_and_dialled_at_its_usual_port(
        string component, string name, int port)
    {
        _node.WithPod(component, "/own", "--tls-cert-file=/own/tls.crt");

        var plan = Plan(null);

        var file = Assert.Single(plan.Files, one => one.Path == "/own/tls.crt");
        Assert.Equal((name, true), (file.Name, file.IsRequired));
        Assert.False(plan.Files.FirstOrDefault(one => one.Name == name && one != file)?.IsRequired ?? false);
        var listener = Assert.Single(plan.Listeners);
        Assert.Equal((component, port, file.Path), (listener.Name, listener.Port, Assert.Single(listener.FilePaths)));
    }

    [Theory]
    [InlineData("tlsCertFile: /own/kubelet.crt", true, "/own/kubelet.crt")]
    [InlineData("port: 10250", false, "/var/lib/kubelet/pki/kubelet.crt")]
    public void Kubelet_is_dialled_and_its_own_certificate_expected(string config, bool isRequired, string path)
    {
        _node.With("/var/lib/kubelet/config.yaml", config + "\n");

        var plan = Plan(null);

        Assert.Equal(isRequired, Assert.Single(plan.Files, file => file.Path == path).IsRequired);
        var listener = Assert.Single(plan.Listeners);
        Assert.Equal(("kubelet", "127.0.0.1:10250"), (listener.Name, listener.Address));
        Assert.Contains(path, listener.FilePaths);
    }

    [Theory]
    [InlineData("k3s", "/var/lib/rancher/k3s/server/tls/serving-kube-apiserver.crt", "kube-apiserver", 6444)]
    [InlineData("k3s", "/var/lib/rancher/k3s/server/tls/kube-scheduler/kube-scheduler.crt", "kube-scheduler", 10259)]
    [InlineData("rke2", "/var/lib/rancher/rke2/agent/serving-kubelet.crt", "kubelet", 10250)]
    [InlineData("k0s", "/var/lib/k0s/pki/apiserver.crt", "kube-apiserver", 6443)]
    [InlineData("talos", "/system/secrets/kubernetes/kube-apiserver/apiserver.crt", "kube-apiserver", 6443)]
    public void Without_manifests_the_usual_port_is_dialled_where_the_file_is(
        string profile, string path, string name, int port)
    {
        Assert.Empty(Plan(null, profile).Listeners);
        _node.With(path, "");

        var listener = Assert.Single(Plan(null, profile).Listeners);

        Assert.Equal((name, port, path), (listener.Name, listener.Port, Assert.Single(listener.FilePaths)));
    }

    [Fact]
    public void An_etcd_that_settings_name_is_dialled_as_whom_settings_say_and_never_as_nobody()
    {
        Uri[] endpoints = [new("https://etcd.example:2379"), new("http://127.0.0.1:2379")];

        var listener = Assert.Single(Planner("kubeadm", [], Ours, endpoints).Plan(null).Listeners);

        Assert.Equal(("etcd-client", "etcd.example:2379", Ours), (listener.Name, listener.Address, listener.Identity));
        Assert.Empty(Planner("kubeadm", [], ours: null, endpoints).Plan(null).Listeners);
    }

    [Fact]
    public void The_etcd_of_this_node_is_dialled_once_also_when_settings_name_it_too()
    {
        var plan = Planner("kubeadm", [], Ours, new("https://127.0.0.1:2379"), new("https://10.0.0.2:2379")).Plan(Etcd);

        Assert.Equal(["127.0.0.1:2379", "10.0.0.1:2380", "10.0.0.2:2379"], plan.Listeners.Select(one => one.Address));
        Assert.Equal(
            ["/our.crt", "/etc/etcd/pki/peer.crt", "/our.crt"], plan.Listeners.Select(one => one.Identity?.Cert));
        Assert.Equal([1, 1, 0], plan.Listeners.Select(one => one.FilePaths.Length));
    }

    [Fact]
    public async Task A_given_listener_of_etcd_gets_our_certificate_and_without_one_is_not_dialled()
    {
        ConfiguredListener[] given =
            [new("etcd-client", "127.0.0.1", 1), new("etcd-peer", "127.0.0.1", 1), new("web", "127.0.0.1", 1)];

        var known = Planner("kubeadm", given, Ours).Plan(null).Listeners;
        var unknown = Planner("kubeadm", given, ours: null).Plan(null).Listeners;

        Assert.Equal([Ours, null, null], known.Select(one => one.Identity));
        Assert.Equal([true, true, false], unknown.Select(one => one.NeedsIdentity));
        var dial = new ListenerDial(_ => [], Patience.Limit, TimeProvider.System);
        foreach (var listener in unknown.Where(one => one.NeedsIdentity))
        {
            var e = await Assert.ThrowsAsync<IOException>(() => dial.LeafAsync(listener, CancellationToken.None));
            Assert.Contains("not dialled", e.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _node.Dispose();

    private CertificatePlan Plan(EtcdInstallation? etcd, string profile = "kubeadm") =>
        Planner(profile, [], ours: null).Plan(etcd);

    private Planner Planner(string profile, ConfiguredListener[] listeners, TlsFiles? ours, params Uri[] endpoints) =>
        new(_node.Files, profile, [], [.. listeners], ours) { EtcdEndpoints = [.. endpoints] };
}
