using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class EtcdDiscoveryTests : IDisposable
{
    private const string Manifest = EtcdDiscovery.DefaultManifest;

    private const string Stat = "77 (etcd) S 1 2 3 0 -1 4 0 0 0 0 5 6 0 0 20 0 10 0 1234 5678 9";

    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_kubeadm_node_needs_no_setting()
    {
        var found = await FoundAsync("kubeadm-1.28");

        Assert.Equal(("kubeadm", Manifest, null), (found.Kind, found.Source, found.ConfigFile));
        Assert.Equal("https://127.0.0.1:2379", found.ClientUrl);
        Assert.Equal("http://127.0.0.1:2381/metrics", found.MetricsUrl);
        Assert.Equal("/etc/kubernetes/pki/etcd/ca.crt", found.CaFile);
        Assert.Equal("/etc/kubernetes/pki/etcd/healthcheck-client.crt", found.CertFile);
        Assert.Equal("/etc/kubernetes/pki/etcd/healthcheck-client.key", found.KeyFile);
        Assert.Equal("/etc/kubernetes/pki/etcd/server.crt", found.ServerCertFile);
        Assert.Equal(("/var/lib/etcd", "/var/lib/etcd/member/wal"), (found.DataDir, found.WalDir));
        Assert.Equal((true, (long?)null), (found.QuotaIsKnown, found.QuotaBytes));
        Assert.Null(found.QuotaBytes);
        Assert.Equal(("cp-1", true, 10_000L), (found.Name, found.ClientCertAuth, found.SnapshotCount));
        Assert.Empty(found.Notes);
    }

    [Fact]
    public async Task Paths_in_a_pod_become_the_nodes_and_addresses_may_be_IPv6()
    {
        var found = await FoundAsync("kubeadm-1.36");

        Assert.Equal("https://[::1]:2379", found.ClientUrl);
        Assert.Equal("http://[::1]:2381/metrics", found.MetricsUrl);
        Assert.Equal("/srv/pki/etcd/healthcheck-client.key", found.KeyFile);
        Assert.Equal("/mnt/fast/etcd", found.DataDir);
        Assert.Equal((4_294_967_296L, "InitialCorruptCheck=true"), (found.QuotaBytes, found.FeatureGates));
        Assert.Equal(["https://[::1]:2379", "https://[fd00::11]:2379"], found.ListenClientUrls, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_k3s_node_is_known_by_the_file_that_k3s_writes()
    {
        var found = await FoundAsync("k3s");

        Assert.Equal(("k3s", "/var/lib/rancher/k3s/server/db/etcd/config"), (found.Kind, found.Source));
        Assert.Equal(("https://127.0.0.1:2379", "http://127.0.0.1:2381/metrics"), (found.ClientUrl, found.MetricsUrl));
        Assert.Equal("/var/lib/rancher/k3s/server/tls/etcd/server-ca.crt", found.CaFile);
        Assert.Equal("/var/lib/rancher/k3s/server/tls/etcd/client.key", found.KeyFile);
        Assert.Equal(
            (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5)),
            (found.HeartbeatInterval, found.ElectionTimeout));
    }

    [Theory]
    [InlineData(Manifest, "/var/lib/rancher/rke2/server/db/etcd/config")]
    [InlineData("/var/lib/rancher/rke2/agent/pod-manifests/etcd.yaml",
        "/var/lib/rancher/rke2/agent/pod-manifests/etcd.yaml")]
    public async Task An_RKE2_node_is_known_by_its_file_and_by_its_manifest(string manifest, string source)
    {
        var found = (await Discovering.FixtureAsync("rke2", manifest)).Found!;

        Assert.Equal(("rke2", source), (found.Kind, found.Source));
        Assert.Equal("/var/lib/rancher/rke2/server/db/etcd/config", found.ConfigFile);
        Assert.Equal("/var/lib/rancher/rke2/server/tls/etcd/client.crt", found.CertFile);
        Assert.Equal(858_993_459L, found.QuotaBytes);
    }

    [Fact]
    public async Task A_configuration_file_makes_etcd_deaf_to_flags_and_environment()
    {
        var found = await FoundAsync("systemd-config-file");

        Assert.Equal(("systemd", "/etc/systemd/system/etcd.service"), (found.Kind, found.Source));
        Assert.Equal("/etc/etcd/etcd.conf.yml", found.ConfigFile);
        Assert.Equal(8L << 30, found.QuotaBytes);
        Assert.Equal("https://127.0.0.1:2379", found.ClientUrl);
        Assert.Equal("http://127.0.0.1:2381/metrics", found.MetricsUrl);
        Assert.Equal(("/var/lib/etcd", "/var/lib/etcd-wal"), (found.DataDir, found.WalDir));
        Assert.Equal(("/etc/etcd/pki/ca.pem", "/etc/etcd/pki/server.pem"), (found.CaFile, found.CertFile));
        Assert.Equal(("periodic", "1"), (found.AutoCompactionMode, found.AutoCompactionRetention));
        Assert.Equal("extensive", found.MetricsLevel);
    }

    [Fact]
    public async Task A_Debian_service_is_read_with_its_drop_ins_variables_and_specifiers()
    {
        var found = await FoundAsync("debian-enabled");

        Assert.Equal(("db-1", "/var/lib/etcd/default", 50_000L), (found.Name, found.DataDir, found.SnapshotCount));
        Assert.Equal(("http://localhost:2379", null), (found.ClientUrl, found.MetricsUrl));
        Assert.Equal(("revision", null), (found.AutoCompactionMode, found.AutoCompactionRetention));
        Assert.Equal((-1L, false), (found.QuotaBytes, found.ClientCertAuth));
        Assert.Null(found.CertFile);
    }

    [Fact]
    public async Task A_kubespray_node_is_asked_with_the_pair_of_its_administrator()
    {
        var found = await FoundAsync("kubespray");

        Assert.Equal("https://127.0.0.1:2379", found.ClientUrl);
        Assert.Equal("/etc/ssl/etcd/ssl/admin-node1.pem", found.CertFile);
        Assert.Equal("/etc/ssl/etcd/ssl/admin-node1-key.pem", found.KeyFile);
        Assert.Equal(("8", "basic"), (found.AutoCompactionRetention, found.MetricsLevel));
        Assert.Equal(6_442_450_944L, found.QuotaBytes);
    }

    [Theory]
    [InlineData("k3s-sqlite")]
    [InlineData("debian-installed")]
    [InlineData("nonexistent")]
    public async Task A_node_on_which_etcd_does_not_run_is_not_expected_to_run_it(string fixture)
    {
        var discovered = await Discovering.FixtureAsync(fixture);

        Assert.True(discovered is { Found: null, Problem: null });
        Assert.Contains(Manifest, discovered.LookedAt, StringComparer.Ordinal);
        Assert.Contains("/etc/systemd/system/etcd.service", discovered.LookedAt, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("0::/system.slice/etcd.service\n", true)]
    [InlineData("0::/../../system.slice/etcd.service\n", true)]
    [InlineData("12:cpu:/x\n1:name=systemd:/system.slice/etcd.service\n", true)]
    [InlineData("0::/kubepods.slice/kubepods-pod0d206349_0faf_445c_ac3f_2d2153784f1a.slice/x.scope\n", false)]
    public async Task A_unit_that_is_not_enabled_counts_when_it_runs(string groups, bool isExpected)
    {
        _node.With("/proc/77/comm", "etcd\n").With("/proc/77/cgroup", groups).With("/proc/77/stat", Stat)
            .With("/proc/stat", "btime 1700000000\n");
        var node = new HostFiles(TempNode.Fixture("debian-installed"), TimeProvider.System);
        var proc = new HostFiles(_node.Real("/proc"), TimeProvider.System);

        var discovered = await new EtcdDiscovery(node, new ProcessTable(proc), Manifest, TimeProvider.System).ReadAsync(CancellationToken.None);

        Assert.Equal(isExpected, discovered.Found is not null || discovered.Problem is not null);
        Assert.Equal(isExpected ? "http://localhost:2379" : null, discovered.Found?.ClientUrl);
    }

    [Fact]
    public async Task A_masked_unit_does_not_run()
    {
        _node.WithLink("/etc/systemd/system/etcd.service", "/dev/null")
            .With("/lib/systemd/system/etcd.service", "[Service]\nExecStart=etcd\n")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", "/lib/systemd/system/etcd.service");

        Assert.True(await _node.DiscoverAsync() is { Found: null, Problem: null });
    }

    [Fact]
    public async Task The_unit_in_etc_hides_the_one_of_the_package()
    {
        _node.With("/etc/systemd/system/etcd.service", "[Service]\nExecStart=etcd --name=mine\n")
            .With("/lib/systemd/system/etcd.service", "[Service]\nExecStart=etcd --name=packaged\n")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", "/lib/systemd/system/etcd.service");

        Assert.Equal("mine", (await _node.DiscoverAsync()).Found?.Name);
    }

    [Theory]
    [InlineData("", "malformed")]
    [InlineData("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: etcd\n    command: [etcd]\n", "malformed")]
    [InlineData("kind: Pod\nspec: {containers: [{name: web, image: nginx}]}\n", "malformed")]
    [InlineData("a: 1\n\tb: 2", "malformed")]
    [InlineData("kind: Pod\0\0\0\0", "malformed")]
    public async Task A_manifest_that_cannot_be_understood_is_a_problem_and_never_absence(string text, string reason)
    {
        var discovered = await _node.With(Manifest, text).DiscoverAsync();

        Assert.Equal((Manifest, reason), (discovered.Problem!.Path, discovered.Problem.Reason));
        Assert.StartsWith($"{Manifest}: ", discovered.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_megabyte_of_brackets_and_a_file_beyond_the_limit_are_problems()
    {
        var nested = await _node.With(Manifest, new string('[', 1 << 20)).DiscoverAsync();
        var large = await _node.With(Manifest, new string('#', (1 << 20) + 1)).DiscoverAsync();

        Assert.Equal("malformed", nested.Problem!.Reason);
        Assert.Equal("io", large.Problem!.Reason);
    }

    [Fact]
    public async Task A_folder_instead_of_a_manifest_is_a_problem()
    {
        Directory.CreateDirectory(_node.Real(Manifest));

        Assert.Equal("io", (await _node.DiscoverAsync()).Problem!.Reason);
    }

    [Fact]
    public async Task What_may_not_be_read_is_a_problem()
    {
        var proc = new HostFiles("/proc", TimeProvider.System);

        var discovered = await new EtcdDiscovery(proc, null, "/sys/net/ipv4/route/flush", TimeProvider.System)
            .ReadAsync(CancellationToken.None);

        Assert.Equal(("/sys/net/ipv4/route/flush", "forbidden"), (discovered.Problem!.Path, discovered.Problem.Reason));
    }

    [Theory]
    [InlineData("ExecStart=/usr/bin/start-it --fast", "malformed", "/etc/systemd/system/etcd.service")]
    [InlineData("ExecStart=etcd --config-file=/etc/gone.yml", "io", "/etc/gone.yml")]
    [InlineData("ExecStart=etcd\nEnvironmentFile=/etc/gone.env", "io", "/etc/gone.env")]
    [InlineData("ExecStart=etcd --config-file=/etc/bad.yml", "malformed", "/etc/bad.yml")]
    [InlineData("ExecStart=etcd --config-file=etcd.yml", "malformed", "/etc/systemd/system/etcd.service")]
    public async Task An_enabled_unit_that_cannot_be_followed_is_a_problem(string line, string reason, string path)
    {
        _node.With("/etc/systemd/system/etcd.service", $"[Service]\n{line}\n").With("/etc/bad.yml", "- a\n")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", "/etc/systemd/system/etcd.service");

        var problem = (await _node.DiscoverAsync()).Problem!;

        Assert.Equal((path, reason), (problem.Path, problem.Reason));
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public async Task A_manifest_that_was_named_and_is_not_there_is_a_problem_unless_another_place_knows()
    {
        var missing = await _node.DiscoverAsync("/opt/etcd.yaml");
        var elsewhere = await Discovering.FixtureAsync("kubeadm-1.28", "/opt/etcd.yaml");

        Assert.Equal(("/opt/etcd.yaml", "io"), (missing.Problem!.Path, missing.Problem.Reason));
        Assert.Equal("kubeadm", elsewhere.Found!.Kind);
    }

    [Fact]
    public async Task A_changed_manifest_is_taken_up_at_the_next_read()
    {
        var first = await _node.With(Manifest, Pod("--name=a")).DiscoverAsync();
        var second = await _node.With(Manifest, Pod("--name=b")).DiscoverAsync();

        Assert.Equal(("a", "b"), (first.Found!.Name, second.Found!.Name));
    }

    [Fact]
    public async Task Cancellation_is_not_a_problem() =>
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => new EtcdDiscovery(_node.Files, null, Manifest, TimeProvider.System).ReadAsync(new(canceled: true)));

    // The file is written from the front, so that its first bytes are what a reader may meet.
    [Theory]
    [InlineData("kubeadm-1.28", Manifest)]
    [InlineData("kubeadm-1.36", Manifest)]
    [InlineData("k3s", "/var/lib/rancher/k3s/server/db/etcd/config")]
    public async Task A_file_cut_off_anywhere_is_a_problem_or_names_no_address_that_it_does_not_hold(
        string fixture, string path)
    {
        var whole = await FoundAsync(fixture);
        var bytes = await File.ReadAllBytesAsync(TempNode.Fixture(fixture) + path);

        foreach (var length in Enumerable.Range(0, bytes.Length))
        {
            var text = HostFiles.Decode(bytes[..length]);
            var (clientUrl, metricsUrl) = Addresses(path, text);
            Assert.True(clientUrl is null || clientUrl == whole.ClientUrl, $"{clientUrl} after {length} bytes");
            Assert.True(
                metricsUrl is null || metricsUrl == whole.MetricsUrl
                    || whole.ListenClientHttpUrls.Contains(metricsUrl.Replace("/metrics", "", StringComparison.Ordinal)),
                $"{metricsUrl} after {length} bytes");
        }
    }

    internal static string Pod(params string[] flags) =>
        "kind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: etcd:3\n"
        + $"    command: [etcd, {string.Join(", ", flags.Select(flag => $"\"{flag}\""))}]\n";

    private static async Task<EtcdInstallation> FoundAsync(string fixture)
    {
        var discovered = await Discovering.FixtureAsync(fixture);
        Assert.Null(discovered.Problem);
        return discovered.Found!;
    }

    // Without the pause before the second read, which thousands of lengths cannot afford.
    private (string? ClientUrl, string? MetricsUrl) Addresses(string path, string text)
    {
        try
        {
            var options = path == Manifest ? StaticPod.Parse(text).Options : RancherSource.Parse(text);
            var found = new EtcdInstallationBuilder(_node.Files, inside => inside).Build("x", path, null, options);
            return (found.ClientUrl, found.MetricsUrl);
        }
        catch (FormatException)
        {
            return (null, null);
        }
    }
}
