using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>etcd at other places than the usual ones.</summary>
public sealed class AnyPlaceTests : IDisposable
{
    private const string RancherConfig =
        "data-dir: /mnt/a/server/db/etcd\nlisten-client-urls: https://127.0.0.1:2379\nname: n1\n";

    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task K3s_with_a_data_folder_of_its_own_is_found_there()
    {
        var found = await FoundAsync("k3s-own-data-dir");

        Assert.Equal(("k3s", "/mnt/pool/k3s/server/db/etcd/config"), (found.Kind, found.Source));
        Assert.Equal("https://127.0.0.1:33769", found.ClientUrl);
        Assert.Equal("http://127.0.0.1:55745/metrics", found.MetricsUrl);
        Assert.Equal("/mnt/pool/k3s/server/tls/etcd/client.key", found.KeyFile);
        Assert.Equal(("n1", 67108864L), (found.Name, found.QuotaBytes));
    }

    [Theory]
    [InlineData("/etc/rancher/rke2/config.yaml", "data-dir: /mnt/a\n", "rke2")]
    [InlineData("/etc/rancher/rke2/config.yaml.d/50-x.yaml", "data-dir: \"/mnt/a/\"\n", "rke2")]
    [InlineData("/etc/rancher/k3s/config.yaml.d/50-x.yaml", "data-dir: /mnt/a\n", "k3s")]
    [InlineData("/etc/systemd/system/k3s.service",
        "[Service]\nExecStart=/usr/local/bin/k3s \\\n  server \\\n '--data-dir' '/mnt/a' \\\n", "k3s")]
    [InlineData("/etc/systemd/system/k3s.service", "[Service]\nExecStart=k3s server -d /mnt/a\n", "k3s")]
    public async Task Files_drop_ins_and_the_unit_name_the_data_folder(string path, string text, string kind)
    {
        _node.With("/etc/rancher/k3s/config.yaml", "data-dir: /elsewhere\n").With(path, text)
            .With("/mnt/a/server/db/etcd/config", RancherConfig);

        var found = (await _node.DiscoverAsync()).Found!;

        Assert.Equal((kind, "/mnt/a/server/db/etcd/config"), (found.Kind, found.Source));
    }

    [Fact]
    public async Task A_distribution_that_is_told_to_start_etcd_and_has_no_configuration_is_a_problem()
    {
        var discovered = await Discovering.FixtureAsync("rke2-own-data-dir");

        Assert.Equal(["rke2"], discovered.ExpectedBy);
        Assert.Equal("/data/rke2/server/db/etcd/config", discovered.Problem!.Path);
        Assert.Contains("rke2-server.service", discovered.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- a\n")]
    [InlineData("data-dir: [\n")]
    public async Task A_torn_configuration_of_a_distribution_hides_nothing_else(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _node.With("/etc/rancher/k3s/config.yaml", text)
            .With("/etc/kubernetes/manifests/etcd.yaml", EtcdDiscoveryTests.Pod("--listen-client-urls=https://10.0.0.1:1"));

        var discovered = await _node.DiscoverAsync();

        Assert.Equal("https://10.0.0.1:1", discovered.Found!.ClientUrl);
        Assert.Equal(text[0] == '-' ? null : "/etc/rancher/k3s/config.yaml", discovered.Problem?.Path);
    }

    [Theory]
    [InlineData("k3s-sqlite", "k3s uses SQLite (/var/lib/rancher/k3s/server/db/state.db), not etcd")]
    public async Task SQLite_is_no_etcd_and_is_said_so(string fixture, string sentence)
    {
        var discovered = await Discovering.FixtureAsync(fixture);

        Assert.Empty(discovered.ExpectedBy);
        Assert.Equal([sentence], discovered.OtherDatastores, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/etc/rancher/k3s/config.yaml", "datastore-endpoint: postgres://u:secret@db/k\ncluster-init: true\n",
        "k3s uses an external datastore (datastore-endpoint)")]
    [InlineData("/var/snap/microk8s/current/args/k8s-dqlite", "",
        "MicroK8s uses dqlite (/var/snap/microk8s/current/args/k8s-dqlite), not etcd")]
    [InlineData("/var/lib/k0s/db/state.db", "", "k0s uses SQLite (/var/lib/k0s/db/state.db), not etcd")]
    public async Task Other_datastores_are_no_etcd_and_are_said_so(string path, string text, string sentence)
    {
        var discovered = await _node.With(path, text).DiscoverAsync();

        Assert.True(discovered is { Found: null, Problem: null, ExpectedBy.IsEmpty: true });
        Assert.Equal([sentence], discovered.OtherDatastores, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/k0s")]
    [InlineData("/opt/k0s")]
    public async Task K0s_writes_no_configuration_and_is_known_by_its_certificates(string folder)
    {
        _node.With($"{folder}/pki/etcd/server.crt", "").With(
            "/etc/systemd/system/k0scontroller.service",
            $"[Service]\nExecStart=/usr/local/bin/k0s controller --data-dir={folder} --config=/etc/k0s/k0s.yaml\n");

        var discovered = await _node.DiscoverAsync();
        var found = discovered.Found!;

        Assert.Equal(["k0s"], discovered.ExpectedBy);
        Assert.Equal(("k0s", folder, "https://127.0.0.1:2379"), (found.Kind, found.Source, found.ClientUrl));
        Assert.Equal($"{folder}/pki/etcd/ca.crt", found.CaFile);
        Assert.Equal($"{folder}/pki/apiserver-etcd-client.crt", found.CertFile);
        Assert.Equal(($"{folder}/etcd", $"{folder}/etcd/member/wal"), (found.DataDir, found.WalDir));
        Assert.False(found.QuotaIsKnown);
    }

    [Fact]
    public async Task Two_units_are_two_members()
    {
        _node.With("/x", "");
        var discovered = await Discovering.FixtureAsync("kubespray-two-etcds");

        Assert.Equal(
            ["etcd.service https://127.0.0.1:52803 etcd1", "etcd-events.service https://127.0.0.1:51271 etcd1-events"],
            discovered.Installations.Select(etcd => $"{etcd.Unit} {etcd.ClientUrl} {etcd.Name}"));
        Assert.Empty(discovered.Problems);
        Assert.Equal(["unit"], discovered.ExpectedBy);
    }

    [Fact]
    public async Task A_unit_of_two_that_is_torn_does_not_hide_the_other()
    {
        _node.With("/etc/systemd/system/etcd.service", "[Service]\nExecStart=etcd\nEnvironmentFile=/etc/gone.env\n")
            .With("/etc/systemd/system/etcd-events.service", "[Service]\nExecStart=etcd --name events\n")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", "/x")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd-events.service", "/x");

        var discovered = await _node.DiscoverAsync();

        Assert.Equal("events", discovered.Found!.Name);
        Assert.Equal("/etc/gone.env", discovered.Problem!.Path);
    }

    [Fact]
    public async Task A_unit_that_a_generator_wrote_is_read()
    {
        var found = await FoundAsync("quadlet-unit");

        Assert.Equal(("systemd", "/run/systemd/generator/etcd.service"), (found.Kind, found.Source));
        Assert.Equal(("http://127.0.0.1:49877", "/var/lib/etcd"), (found.ClientUrl, found.DataDir));
    }

    [Theory]
    [InlineData("[Install]\nWantedBy=multi-user.target\n", true)]
    [InlineData("", false)]
    public async Task A_quadlet_that_is_started_at_boot_is_read_without_its_unit(string install, bool isExpected)
    {
        _node.With("/etc/containers/systemd/store.container", $"""
            [Container]
            Image=quay.io/coreos/etcd:v3.5.16
            Volume=/srv/etcd:/data:Z
            Environment=ETCD_NAME=q1
            Exec=--data-dir /data --listen-client-urls https://127.0.0.1:2479

            {install}
            """);

        var found = (await _node.DiscoverAsync()).Found;

        Assert.Equal(isExpected, found is not null);
        Assert.Equal(isExpected ? "quadlet q1 /srv/etcd https://127.0.0.1:2479" : null,
            found is null ? null : $"{found.Kind} {found.Name} {found.DataDir} {found.ClientUrl}");
    }

    [Theory]
    [InlineData("etcd-main.service", "ExecStart=/usr/local/bin/etcd --name=a", "a")]
    [InlineData("kine-store.service", "Environment=ETCD_NAME=b\nExecStart=/bin/sh -c 'exec /opt/etcd/etcd'", "b")]
    [InlineData("db@main.service", "ExecStart=/usr/bin/etcd --name=%p-%i", "db-main")]
    [InlineData("box.service", "ExecStart=/usr/bin/docker run -v /srv/e:/d quay.io/coreos/etcd:v3 etcd --name=c", "c")]
    [InlineData("etcd-backup.service", "ExecStart=/usr/bin/docker exec etcd etcdctl snapshot save /x", null)]
    [InlineData("etcd-restart.service", "ExecStart=/usr/bin/systemctl restart etcd", null)]
    [InlineData("etcd-proxy.service", "ExecStart=/usr/bin/etcd grpc-proxy start", null)]
    [InlineData("etcd-start.service", "ExecStart=/usr/bin/docker start -a etcd", null)]
    [InlineData("etcd-once.service", "Type=oneshot\nExecStart=/usr/bin/etcd --force-new-cluster", null)]
    public async Task A_unit_of_any_name_is_known_by_what_it_starts(string unit, string lines, string? name)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var file = unit.Contains('@', StringComparison.Ordinal) ? $"{unit.Split('@')[0]}@.service" : unit;
        _node.With($"/etc/systemd/system/{file}", $"[Service]\n{lines}\n")
            .WithLink($"/etc/systemd/system/multi-user.target.wants/{unit}", $"/etc/systemd/system/{file}");

        var discovered = await _node.DiscoverAsync();

        Assert.Equal(name, discovered.Found?.Name);
        Assert.Equal(name is null ? [] : ["unit"], discovered.ExpectedBy);
    }

    private static async Task<EtcdInstallation> FoundAsync(string fixture)
    {
        var discovered = await Discovering.FixtureAsync(fixture);
        Assert.Null(discovered.Problem);
        return Assert.Single(discovered.Installations);
    }
}
