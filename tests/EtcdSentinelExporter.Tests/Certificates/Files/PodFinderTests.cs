using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Files;

/// <summary>Which components are known to run, and by what their processes are told.</summary>
public sealed class PodFinderTests : IDisposable
{
    private static readonly EtcdInstallation Etcd = new()
    {
        Kind = "systemd",
        Source = "/etc/systemd/system/etcd.service",
        Unit = "etcd.service",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        CaFile = "/etc/etcd/ca.crt",
    };

    private readonly TempNode _node = new();

    [Theory]
    [InlineData("k0s", "/var/lib/k0s")]
    [InlineData("quadlet", "/etc/containers/systemd/etcd.container")]
    [InlineData("process", "etcd")]
    public void An_etcd_that_no_manifest_starts_has_no_manifest_to_read(string kind, string source)
    {
        _node.With("/etc/containers/systemd/etcd.container", "[Container]\nImage=etcd\n");

        var plan = Plan(Etcd with { Kind = kind, Source = source, Unit = null }, "none");

        Assert.Equal(["/etc/etcd/ca.crt"], plan.Files.Select(file => file.Path));
        Assert.Empty(plan.Unreadable);
    }

    [Fact]
    public void An_etcd_of_systemd_is_a_component_without_any_profile_and_its_ca_is_read_at_its_start()
    {
        var plan = Plan(Etcd, "none");

        var process = Assert.Single(plan.Components);
        Assert.Equal(("etcd", "etcd", "etcd.service"), (process.Component, process.Process, process.Unit));
        Assert.Equal(["etcd"], Assert.Single(plan.Files).ReadAtStartBy.AsEnumerable());
        Assert.Equal("systemctl restart etcd.service; verify: systemctl status etcd.service", Restart.Of(plan, "etcd"));
        Assert.Empty(Plan(etcd: null, "none").Components);
    }

    [Fact]
    public void An_etcd_whose_manifest_a_setting_names_is_told_by_the_words_in_it()
    {
        _node.With("/opt/etcd.yaml", """
            spec:
              containers:
              - name: etcd
                command: [etcd, --name=own]

            """);

        var process = Assert.Single(
            Plan(Etcd with { Unit = null, Kind = "static-pod", Source = "/opt/etcd.yaml" }, "none").Components);

        Assert.Equal(["etcd", "--name=own"], process.Words.AsEnumerable());
        Assert.Null(process.Unit);
    }

    [Fact]
    public void The_etcd_of_k3s_is_a_part_of_its_process_also_where_no_profile_is_chosen()
    {
        var file = "/var/lib/rancher/k3s/server/db/etcd/config";

        var process = Assert.Single(
            Plan(Etcd with { Kind = "k3s", Source = file, ConfigFile = file }, "none").Components);

        Assert.Equal("k3s-server", process.Process);
    }

    [Fact]
    public void Of_two_processes_of_one_name_the_one_of_the_unit_counts()
    {
        using var proc = new TempNode().With("/stat", "btime 1700000000\n");
        Process(1, "0::/kubepods.slice/cri-containerd-1.scope\n", ticks: 100);
        Process(2, "0::/../../system.slice/etcd.service\n", ticks: 200);

        var found = ComponentProcesses.Of(
            [new("etcd", "etcd", []) { Unit = "etcd.service" }], new ProcessTable(proc.Files).Find(["etcd"]));

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000002), Assert.Single(found).StartedAt);

        void Process(int id, string groups, int ticks) => proc.With($"/{id}/comm", "etcd\n")
            .With($"/{id}/cmdline", "etcd\0").With($"/{id}/cgroup", groups)
            .With($"/{id}/stat", $"{id} (etcd) S {string.Join(' ', Enumerable.Repeat("0", 18))} {ticks} 0 0 0\n");
    }

    [Fact]
    public void The_root_ca_of_rke2_is_read_by_its_controller_manager_at_start()
    {
        var files = Plan(etcd: null, "rke2").Files;

        Assert.Equal(
            [Component.ControllerManager], files.Single(file => file.Name == "server-ca").ReadAtStartBy.AsEnumerable());
    }

    public void Dispose() => _node.Dispose();

    private CertificatePlan Plan(EtcdInstallation? etcd, string profile) =>
        new Planner(_node.Files, profile, [], [], etcdIdentity: null).Plan(etcd);
}
