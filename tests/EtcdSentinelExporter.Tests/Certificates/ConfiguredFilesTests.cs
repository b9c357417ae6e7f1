using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Certificates are where the command lines of the components say.</summary>
public sealed class ConfiguredFilesTests : IDisposable
{
    private readonly TempNode _node = new();

    [Theory]
    [InlineData("/opt/k8s/pki")]
    [InlineData("/var/lib/minikube/certs")]
    public void Kubeadms_certificates_are_in_its_certificatesDir_and_none_is_missing_elsewhere(string pki)
    {
        var plan = Plan(_node.WithKubeadm(pki), Etcd(pki));

        Assert.Equal("kubeadm", plan.Profile);
        Assert.Equal(
            [
                ("apiserver", $"{pki}/apiserver.crt", $"{pki}/ca.crt"),
                ("apiserver-etcd-client", $"{pki}/apiserver-etcd-client.crt", $"{pki}/etcd/ca.crt"),
                ("apiserver-kubelet-client", $"{pki}/apiserver-kubelet-client.crt", null),
                ("ca", $"{pki}/ca.crt", null),
                ("controller-manager.conf", "/etc/kubernetes/controller-manager.conf", $"{pki}/ca.crt"),
                ("etcd-ca", $"{pki}/etcd/ca.crt", null),
                ("etcd-peer", $"{pki}/etcd/peer.crt", $"{pki}/etcd/ca.crt"),
                ("etcd-server", $"{pki}/etcd/server.crt", $"{pki}/etcd/ca.crt"),
                ("front-proxy-ca", $"{pki}/front-proxy-ca.crt", null),
                ("front-proxy-client", $"{pki}/front-proxy-client.crt", $"{pki}/front-proxy-ca.crt"),
                ("scheduler.conf", "/etc/kubernetes/scheduler.conf", $"{pki}/ca.crt"),
            ],
            plan.Files.Where(file => file.IsRequired).Select(file => (file.Name, file.Path, file.CaFile))
                .OrderBy(file => file.Name, StringComparer.Ordinal));
        Assert.Equal(
            ["kube-apiserver", "kube-controller-manager", "kube-scheduler"],
            plan.Listeners.Select(listener => listener.Name));
    }

    [Fact]
    public void In_the_usual_folder_nothing_changes()
    {
        const string Pki = "/etc/kubernetes/pki";
        var required = Plan(_node.WithKubeadm(Pki), Etcd(Pki)).Files.Where(file => file.IsRequired).ToArray();

        Assert.Equal(
            [
                "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "ca", "controller-manager.conf",
                "etcd-ca", "etcd-peer", "etcd-server", "front-proxy-ca", "front-proxy-client", "scheduler.conf",
            ],
            required.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal($"{Pki}/ca.crt", required.Single(file => file.Name == "apiserver-kubelet-client").CaFile);
        Assert.Equal(
            [Component.ControllerManager], required.Single(file => file.Name == "ca").ReadAtStartBy.AsEnumerable());
    }

    [Fact]
    public void A_file_that_stayed_in_the_usual_folder_after_a_move_is_not_watched()
    {
        var plan = Plan(_node.WithKubeadm("/opt/pki").With("/etc/kubernetes/pki/apiserver.crt", "old"));

        Assert.DoesNotContain(plan.Files, file => file.Path == "/etc/kubernetes/pki/apiserver.crt");
        Assert.DoesNotContain(plan.Files, file => file.CaFile == "/etc/kubernetes/pki/ca.crt");
    }

    [Fact]
    public void What_a_component_does_not_name_it_does_not_need()
    {
        _node.WithPod("kube-apiserver", "/opt/pki", "--tls-cert-file=/opt/pki/apiserver.crt");

        var required = Plan(_node).Files.Where(file => file.IsRequired);

        Assert.Equal("/opt/pki/apiserver.crt", Assert.Single(required).Path);
    }

    [Fact]
    public void A_file_that_no_volume_brings_from_the_node_is_not_missed_on_it()
    {
        _node.WithPod("kube-apiserver", "/opt/pki", "--client-ca-file=/image/ca.crt");

        Assert.False(Plan(_node).Files.Single(file => file.Path == "/image/ca.crt").IsRequired);
    }

    [Fact]
    public void The_nodes_path_counts_and_not_that_in_the_container()
    {
        _node.With("/etc/kubernetes/manifests/kube-apiserver.yaml", """
            spec:
              containers:
              - name: kube-apiserver
                command: [kube-apiserver, --client-ca-file=/pki/ca.crt]
                volumeMounts: [{name: a, mountPath: /pki}]
              volumes: [{name: a, hostPath: {path: /srv/kubernetes}}]

            """);

        Assert.Contains(Plan(_node).Files, file => file is { Path: "/srv/kubernetes/ca.crt", IsRequired: true });
    }

    [Fact]
    public void Each_certificate_for_further_host_names_is_watched()
    {
        _node.WithPod("kube-apiserver", "/opt/pki",
            "'--tls-sni-cert-key=/opt/pki/a.crt,/opt/pki/a.key:a.example'",
            "'--tls-sni-cert-key=/opt/pki/b.crt,/opt/pki/b.key'");

        Assert.Equal(["/opt/pki/a.crt", "/opt/pki/b.crt"],
            Plan(_node).Files.Where(file => file.Name == "apiserver-sni").Select(file => file.Path));
    }

    [Fact]
    public void Two_cas_never_have_one_name()
    {
        _node.WithPod("kube-apiserver", "/etc/kubernetes/pki", "--client-ca-file=/etc/kubernetes/pki/ca.crt")
            .WithPod("kube-controller-manager", "/opt", "--root-ca-file=/opt/root.crt", "--client-ca-file=/opt/c.crt");

        var names = Plan(_node).Files.Where(file => file.Role is FileRole.Authority).Select(file => file.Name).ToList();

        Assert.Contains("ca", names);
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }

    [Fact]
    public void A_service_of_systemd_is_read_from_its_command_line()
    {
        var plan = Plan(_node, etcd: null,
            Service("kube-apiserver", "--tls-cert-file=/srv/api.crt", "--client-ca-file", "/srv/ca.crt", "--secure-port=7443"),
            Service("kube-scheduler", "--kubeconfig=/srv/scheduler.kubeconfig"),
            Service("kubelet", "--kubeconfig=/srv/kubelet.kubeconfig", "--tls-cert-file=/srv/kubelet.crt"));

        Assert.Equal(
            [
                ("apiserver", "/srv/api.crt", true), ("client-ca", "/srv/ca.crt", true),
                ("kubelet-server", "/srv/kubelet.crt", true), ("kubelet.conf", "/srv/kubelet.kubeconfig", false),
                ("scheduler.conf", "/srv/scheduler.kubeconfig", true),
            ],
            plan.Files.Select(file => (file.Name, file.Path, file.IsRequired))
                .OrderBy(file => file.Name, StringComparer.Ordinal));
        Assert.Contains(plan.Listeners, listener => listener is { Name: "kube-apiserver", Port: 7443 });
        Assert.Equal(
            ["kube-apiserver.service", "kube-scheduler.service", "kubelet.service"],
            plan.Components.Select(component => component.Unit));
    }

    [Fact]
    public void Settings_can_turn_that_off() => Assert.Empty(
        new Planner(_node.Files, KnownProfiles.None, [], [], etcdIdentity: null)
            .Plan([], [Service("kube-apiserver", "--tls-cert-file=/a.crt")], NodeConfiguration.Nothing).Files);

    [Fact]
    public void A_process_in_a_container_has_other_paths_and_is_not_read() => Assert.Empty(
        Plan(_node, etcd: null, Service("kube-apiserver", "--tls-cert-file=/a.crt") with { Unit = null }).Files);

    [Fact]
    public void A_manifest_counts_more_than_a_process()
    {
        _node.WithPod("kube-apiserver", "/opt", "--tls-cert-file=/opt/pod.crt");

        var plan = Plan(_node, etcd: null, Service("kube-apiserver", "--tls-cert-file=/opt/process.crt"));

        Assert.Contains(plan.Files, file => file.Path == "/opt/pod.crt");
        Assert.DoesNotContain(plan.Files, file => file.Path == "/opt/process.crt");
    }

    [Fact]
    public void The_certificates_and_the_listener_of_a_second_etcd_are_watched_under_names_of_their_own()
    {
        var events = Etcd("/srv/events") with { ClientUrl = "https://127.0.0.1:2383" };
        var shared = Etcd("/srv/main") with { ClientUrl = "https://127.0.0.1:2385" };

        var plan = Planner.Plan(
            [Etcd("/srv/main") with { ClientUrl = "https://127.0.0.1:2379" }, events, shared], [],
            NodeConfiguration.Nothing);

        Assert.Equal(
            [
                ("etcd-ca", "/srv/main/etcd/ca.crt"), ("etcd-ca-2", "/srv/events/etcd/ca.crt"),
                ("etcd-client", "/srv/main/etcd/healthcheck-client.crt"),
                ("etcd-client-2", "/srv/events/etcd/healthcheck-client.crt"),
                ("etcd-peer", "/srv/main/etcd/peer.crt"), ("etcd-peer-2", "/srv/events/etcd/peer.crt"),
                ("etcd-server", "/srv/main/etcd/server.crt"), ("etcd-server-2", "/srv/events/etcd/server.crt"),
            ],
            plan.Files.Select(file => (file.Name, file.Path)).OrderBy(file => file.Name, StringComparer.Ordinal));
        Assert.Equal(
            ["127.0.0.1:2379 /srv/main/etcd/server.crt", "127.0.0.1:2383 /srv/events/etcd/server.crt",
                "127.0.0.1:2385 /srv/main/etcd/server.crt"],
            plan.Listeners.Select(listener => $"{listener.Address} {listener.FilePaths.Single()}"));
    }

    [Fact]
    public void The_certificates_of_k3s_are_in_its_data_folder()
    {
        const string Folder = "/mnt/pool/k3s/server";
        _node.With($"{Folder}/db/etcd/config", "").With($"{Folder}/tls/serving-kube-apiserver.crt", "");

        var plan = Plan(_node, new()
        {
            Kind = "k3s",
            Source = $"{Folder}/db/etcd/config",
            ConfigFile = $"{Folder}/db/etcd/config",
            QuotaIsKnown = true,
            ClientCertAuth = true,
            CaFile = $"{Folder}/tls/etcd/server-ca.crt",
        });

        Assert.Equal("k3s", plan.Profile);
        Assert.Contains(plan.Files, file => file.Path == $"{Folder}/tls/client-admin.crt");
        Assert.Contains(plan.Listeners, listener => listener is { Name: "kube-apiserver", Port: 6444 });
        Assert.DoesNotContain(plan.Files, file => file.Path.StartsWith("/var/lib/rancher", StringComparison.Ordinal));
    }

    [Fact]
    public void The_kubeconfigs_of_rke2_are_not_read_because_they_only_name_files_that_are_watched()
    {
        const string Folder = "/var/lib/rancher/rke2";
        _node.With($"{Folder}/server/tls/client-scheduler.crt", "").With(
            $"{Folder}/agent/pod-manifests/kube-scheduler.yaml", $$"""
            spec:
              containers:
              - name: kube-scheduler
                command: [kube-scheduler]
                args:
                - --kubeconfig={{Folder}}/server/cred/scheduler.kubeconfig
                - --tls-cert-file={{Folder}}/server/tls/kube-scheduler/kube-scheduler.crt
                volumeMounts: [{name: a, mountPath: {{Folder}}/server }]
              volumes: [{name: a, hostPath: {path: {{Folder}}/server } }]

            """);

        var files = Plan(_node).Files;

        Assert.DoesNotContain(files, file => file.Path.EndsWith(".kubeconfig", StringComparison.Ordinal));
        Assert.Equal(
            $"{Folder}/server/tls/kube-scheduler/kube-scheduler.crt",
            Assert.Single(files, file => file.IsRequired).Path);
        Assert.Contains(files, file => file.Name == "client-scheduler");
    }

    [Theory]
    [InlineData("spec: {containers: [")]
    [InlineData("")]
    [InlineData("spec: {}")]
    [InlineData("a\0b")]
    [InlineData("spec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    - --cli")]
    public void While_a_manifest_is_torn_its_files_stay_watched_and_it_is_named(string torn)
    {
        var whole = Plan(_node.WithKubeadm("/opt/pki"));
        _node.With("/etc/kubernetes/manifests/kube-apiserver.yaml", torn);

        var plan = Planner.Plan([], [], whole.From);

        Assert.Equal(Paths(whole), Paths(plan));
        Assert.Equal(
            whole.Listeners.Select(listener => listener.Address), plan.Listeners.Select(listener => listener.Address));
        var problem = Assert.Single(plan.Unreadable);
        PemNode.AssertSaid("malformed", problem);
        Assert.Equal("/etc/kubernetes/manifests/kube-apiserver.yaml", problem.Path);
        Assert.Equal(Paths(whole), Paths(Planner.Plan([], [], plan.From)));
    }

    [Theory]
    [InlineData("fifo", "not_a_file")]
    [InlineData("folder", "not_a_file")]
    [InlineData("gigabyte", "too_large")]
    [InlineData("loop", "too_many_links")]
    public void A_manifest_that_is_no_ordinary_file_is_named_and_hides_nothing_else(string what, string reason)
    {
        var path = _node.WithKubeadm("/opt/pki").Real("/etc/kubernetes/manifests/kube-scheduler.yaml");
        Replace(path, what);

        var plan = Plan(_node);

        PemNode.AssertSaid(reason, Assert.Single(plan.Unreadable));
        Assert.Contains(plan.Files, file => file is { Path: "/opt/pki/apiserver.crt", IsRequired: true });
        // Without its manifest, the profile decides.
        Assert.True(plan.Files.Single(file => file.Name == "scheduler.conf").IsRequired);
    }

    [Fact]
    public void A_torn_configuration_of_kubelet_is_named_and_the_last_one_counts()
    {
        var before = Plan(_node.With(KubeletConfig.Path, "tlsCertFile: /own/kubelet.crt\nport: 10251\n"));
        _node.With(KubeletConfig.Path, "tlsCertFile: [");

        var plan = Planner.Plan([], [], before.From);

        PemNode.AssertSaid("malformed", Assert.Single(plan.Unreadable));
        Assert.Contains(plan.Files, file => file.Path == "/own/kubelet.crt");
        Assert.Equal("127.0.0.1:10251", Assert.Single(plan.Listeners).Address);
    }

    [Fact]
    public void The_client_ca_of_kubelet_verifies_the_client_of_the_api_server()
    {
        _node.WithKubeadm("/opt/pki").With(KubeletConfig.Path, """
            authentication:
              x509:
                clientCAFile: /opt/pki/ca.crt

            """);

        Assert.Equal(
            "/opt/pki/ca.crt", Plan(_node).Files.Single(file => file.Name == "apiserver-kubelet-client").CaFile);
    }

    public void Dispose() => _node.Dispose();

    /// <summary>Puts something else in the place of a file.</summary>
    internal static void Replace(string path, string what)
    {
        File.Delete(path);
        switch (what)
        {
            case "fifo":
                OpenSsl.Run("mkfifo", path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "gigabyte":
                using (var file = File.Create(path))
                    file.SetLength(1L << 30);
                break;
            default:
                File.CreateSymbolicLink(path, Path.GetFileName(path));
                break;
        }
    }

    private Planner Planner => new(_node.Files, KnownProfiles.Auto, [], [], etcdIdentity: null);

    private static CertificatePlan Plan(TempNode node, EtcdInstallation? etcd = null, params HostProcess[] running) =>
        new Planner(node.Files, KnownProfiles.Auto, [], [], etcdIdentity: null)
            .Plan(etcd is null ? [] : [etcd], [.. running], NodeConfiguration.Nothing);

    private static IEnumerable<string> Paths(CertificatePlan plan) =>
        plan.Files.Select(file => $"{file.Name} {file.Path} {file.IsRequired}");

    private static HostProcess Service(string name, params string[] flags) =>
        new(ProcessTable.NameOf(name), [$"/usr/local/bin/{name}", .. flags], SomeCertificates.Noon)
        {
            Unit = $"{name}.service",
        };

    private static EtcdInstallation Etcd(string pki) => new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        CaFile = $"{pki}/etcd/ca.crt",
        ServerCertFile = $"{pki}/etcd/server.crt",
        PeerCaFile = $"{pki}/etcd/ca.crt",
        PeerCertFile = $"{pki}/etcd/peer.crt",
        CertFile = $"{pki}/etcd/healthcheck-client.crt",
        KeyFile = $"{pki}/etcd/healthcheck-client.key",
    };
}
