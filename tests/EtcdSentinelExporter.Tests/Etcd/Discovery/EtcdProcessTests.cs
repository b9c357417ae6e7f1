using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Processes called etcd.</summary>
public sealed class EtcdProcessTests : IDisposable
{
    private const string StaticPod = "0::/kubepods.slice/kubepods-pod0123456789abcdef0123456789abcdef.slice/x.scope\n";
    private const string OrdinaryPod =
        "0::/../../kubepods-besteffort.slice/kubepods-besteffort-pod0d206349_0faf_445c_ac3f_2d2153784f1a.slice/x.scope\n";
    private const string Podman = "0::/machine.slice/libpod-abc.scope/container\n";

    private const string AddressOfKubelet = """
        kind: Pod
        spec:
          containers:
          - name: etcd
            image: etcd:3
            command: [etcd, --listen-client-urls=https://$(IP):2379]
            env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]

        """;

    private readonly TempNode _node = new();
    private readonly FakeClock _clock = new();
    private readonly EtcdDiscovery _discovery;

    public EtcdProcessTests()
    {
        _node.With("/proc/stat", "btime 1700000000\n");
        _discovery = new(
            _node.Files, new ProcessTable(new HostFiles(_node.Real("/proc"), TimeProvider.System)),
            EtcdDiscovery.DefaultManifest, _clock);
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/d", "")]
    [InlineData("etcd --data-dir /d", "ETCD_LISTEN_CLIENT_URLS=https://127.0.0.1:4001")]
    [InlineData("/usr/bin/etcd", "ETCD_DATA_DIR=/d ETCD_LISTEN_CLIENT_URLS=https://127.0.0.1:4001")]
    public async Task One_that_no_file_starts_is_read_from_its_command_line_and_environment(string words, string set)
    {
        ArgumentNullException.ThrowIfNull(words);
        Run(7, words, Podman, environment: set + " PATH=/bin");

        var discovered = await ReadAsync();

        var found = Assert.Single(discovered.Installations);
        Assert.Equal(("process", "https://127.0.0.1:4001"), (found.Kind, found.ClientUrl));
        Assert.Equal(words.Split(' ')[0], found.Source);
        Assert.Equal(["process"], discovered.ExpectedBy);
        Assert.Empty(discovered.Problems);
    }

    [Fact]
    public async Task What_an_unreadable_environment_may_set_is_unknown_and_an_empty_one_sets_nothing()
    {
        const string Words = "etcd --listen-client-urls=https://127.0.0.1:4001 --auto-compaction-retention=8";
        Run(7, Words, Podman, environment: null);
        var unreadable = (await ReadAsync()).Found!;
        _node.With("/proc/7/environ", "");
        _clock.Advance(TimeSpan.FromMinutes(1));
        var empty = (await ReadAsync()).Found!;

        Assert.Equal((false, TimeSpan.FromHours(8)), (unreadable.QuotaIsKnown, unreadable.CompactionRetention));
        Assert.Equal((true, TimeSpan.FromHours(8)), (empty.QuotaIsKnown, empty.CompactionRetention));
    }

    [Fact]
    public async Task Two_of_them_are_two_members()
    {
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/main", StaticPod);
        Run(8, "etcd --listen-client-urls=https://127.0.0.1:4002 --data-dir=/events", StaticPod);

        Assert.Equal(
            ["https://127.0.0.1:4001", "https://127.0.0.1:4002"],
            (await ReadAsync()).Installations.Select(found => found.ClientUrl));
    }

    [Theory]
    [InlineData("etcd --name=a", OrdinaryPod)]
    [InlineData("etcd --name=a", "0::/docker/abc/kubelet/kubepods/pod0123456789abcdef0123456789abcdef/x\n")]
    [InlineData("etcd grpc-proxy start", Podman)]
    public async Task One_that_is_not_the_nodes_own_is_no_evidence(string words, string groups)
    {
        ArgumentNullException.ThrowIfNull(words);
        Run(7, words, groups);

        Assert.True(await ReadAsync() is { Found: null, Problem: null, ExpectedBy.IsEmpty: true });
    }

    [Fact]
    public async Task One_without_a_readable_address_is_a_failure_that_names_the_remedy()
    {
        Run(7, "etcd", Podman, environment: null);

        var discovered = await ReadAsync();

        Assert.Equal(("/proc/7/environ", "no_address"), (discovered.Problem!.Path, discovered.Problem.Reason));
        Assert.Contains("CAP_SYS_PTRACE", discovered.Problem.Message, StringComparison.Ordinal);
        Assert.Equal(["process"], discovered.ExpectedBy);
    }

    [Theory]
    [InlineData("etcd --listen-client-urls=https://10.0.0.1:1 --data-dir=/var/lib/etcd", StaticPod)]
    [InlineData("etcd", StaticPod)]
    public async Task One_that_a_manifest_starts_is_not_a_second_member(string words, string groups)
    {
        _node.With("/etc/kubernetes/manifests/etcd.yaml", EtcdDiscoveryTests.Pod(
            "--listen-client-urls=https://10.0.0.1:1", "--data-dir=/var/lib/etcd"));
        ArgumentNullException.ThrowIfNull(words);
        Run(7, words, groups, environment: null);

        var discovered = await ReadAsync();

        Assert.Equal("static-pod", Assert.Single(discovered.Installations).Kind);
        Assert.Equal(["manifest", "process"], discovered.ExpectedBy);
        Assert.Empty(discovered.Problems);
    }

    [Fact]
    public async Task One_whose_unit_starts_a_wrapper_is_read_itself_and_the_unit_is_no_problem()
    {
        _node.With("/etc/systemd/system/etcd.service", "[Service]\nExecStart=/opt/start-it\n")
            .WithLink("/etc/systemd/system/multi-user.target.wants/etcd.service", "/x");
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001", "0::/system.slice/etcd.service\n");

        var discovered = await ReadAsync();

        Assert.Equal("https://127.0.0.1:4001", Assert.Single(discovered.Installations).ClientUrl);
        Assert.Empty(discovered.Problems);
    }

    [Fact]
    public async Task Paths_in_a_container_become_the_nodes()
    {
        _node.With("/srv/etcd.yml", "listen-client-urls: https://127.0.0.1:4001\ndata-dir: /data/etcd\n")
            .With("/mnt/fast/pool/7/etcd/member/x", "")
            .With("/proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /mnt/fast rw - ext4 /dev/sdb rw\n")
            .With("/proc/7/mountinfo", """
                9 8 0:50 / / rw - overlay overlay rw
                10 9 8:2 /pool/7 /data rw - ext4 /dev/sdb rw
                11 9 8:1 /srv/etcd.yml /etc/etcd.yml ro - ext4 /dev/sda1 rw

                """);
        Run(7, "etcd --config-file=/etc/etcd.yml", Podman);

        var found = (await ReadAsync()).Found!;

        Assert.Equal(("/srv/etcd.yml", "/mnt/fast/pool/7/etcd"), (found.ConfigFile, found.DataDir));
    }

    [Fact]
    public async Task Files_that_are_not_visible_here_are_left_out()
    {
        _node.With("/pki/etcd/ca.crt", "x").With("/pki/etcd/server.crt", "x").With("/pki/etcd/healthcheck-client.crt", "x");
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/d --trusted-ca-file=/pki/etcd/ca.crt "
            + "--cert-file=/pki/etcd/server.crt --key-file=/pki/etcd/server.key --peer-cert-file=/gone.crt "
            + "--peer-key-file=/gone.key", StaticPod);

        var found = (await ReadAsync()).Found!;

        Assert.Equal(("/pki/etcd/ca.crt", null, null), (found.CaFile, found.CertFile, found.KeyFile));
        Assert.True(found is { ServerCertFile: "/pki/etcd/server.crt", PeerCertFile: null, DataDir: null });
    }

    [Fact]
    public async Task An_address_that_the_manifest_leaves_to_the_kubelet_comes_from_the_process()
    {
        _node.With("/etc/kubernetes/manifests/etcd.yaml", AddressOfKubelet);
        Run(7, "etcd --listen-client-urls=https://10.0.0.7:2379", StaticPod);

        var discovered = await ReadAsync();

        var found = Assert.Single(discovered.Installations);
        Assert.Equal(("static-pod", "https://10.0.0.7:2379"), (found.Kind, found.ClientUrl));
        Assert.Empty(discovered.Problems);
    }

    [Fact]
    public async Task Such_an_address_is_kept_while_the_process_is_down()
    {
        _node.With("/etc/kubernetes/manifests/etcd.yaml", AddressOfKubelet);
        Run(7, "etcd --listen-client-urls=https://10.0.0.7:2379", StaticPod);
        var before = await ReadAsync();

        Directory.Delete(_node.Real("/proc/7"), recursive: true);
        var down = (await ReadAsync()).After(before);

        Assert.Equal("https://10.0.0.7:2379", Assert.Single(down.Installations).ClientUrl);
        Assert.Equal("no_address", down.Problem!.Reason);
    }

    [Fact]
    public async Task One_that_was_removed_is_forgotten_beside_one_that_cannot_be_read()
    {
        _node.With("/d/member/wal/0.wal", "");
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/d", Podman);
        Run(8, "etcd", Podman, environment: null);
        var before = await ReadAsync();

        Directory.Delete(_node.Real("/proc/7"), recursive: true);
        Directory.Delete(_node.Real("/d"), recursive: true);
        var removed = (await ReadAsync()).After(before);

        Assert.Single(before.Installations);
        Assert.Equal((0, "no_address"), (removed.Installations.Length, removed.Problem!.Reason));
    }

    [Fact]
    public async Task A_configuration_file_that_is_not_visible_here_leaves_the_address_unknown()
    {
        Run(7, "etcd --config-file=/not/mounted.yml", Podman);

        var discovered = await ReadAsync();

        Assert.Equal(("/not/mounted.yml", "no_address"), (discovered.Problem!.Path, discovered.Problem.Reason));
        Assert.Equal(["process"], discovered.ExpectedBy);
    }

    [Fact]
    public async Task K0s_says_by_its_process_what_no_file_says()
    {
        _node.With("/var/lib/k0s/pki/etcd/server.crt", "");
        Run(7, "/var/lib/k0s/bin/etcd --data-dir=/var/lib/k0s/etcd --listen-client-urls=https://10.0.0.5:2379 "
            + "--quota-backend-bytes=8589934592", "0::/system.slice/k0scontroller.service\n");

        var discovered = await ReadAsync();

        var found = Assert.Single(discovered.Installations);
        Assert.Equal(("k0s", "https://10.0.0.5:2379", 8589934592L), (found.Kind, found.ClientUrl, found.QuotaBytes));
        Assert.Equal(["k0s", "process"], discovered.ExpectedBy);
    }

    [Fact]
    public async Task One_that_has_ended_is_expected_until_its_data_is_gone()
    {
        _node.With("/d/member/wal/0.wal", "");
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/d", Podman);
        await ReadAsync();

        Directory.Delete(_node.Real("/proc/7"), recursive: true);
        var ended = await ReadAsync();
        Directory.Delete(_node.Real("/d"), recursive: true);
        var gone = await ReadAsync();

        Assert.Equal("https://127.0.0.1:4001", Assert.Single(ended.Installations).ClientUrl);
        Assert.Equal(["process"], ended.ExpectedBy);
        Assert.Empty(gone.ExpectedBy);
    }

    [Fact]
    public async Task One_whose_data_was_never_visible_is_expected_for_a_day_after_its_end()
    {
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001 --data-dir=/not/mounted", Podman);
        await ReadAsync();

        Directory.Delete(_node.Real("/proc/7"), recursive: true);
        await ReadAsync();
        _clock.Advance(TimeSpan.FromHours(23));
        var ended = await ReadAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        var forgotten = await ReadAsync();

        Assert.Equal("https://127.0.0.1:4001", Assert.Single(ended.Installations).ClientUrl);
        Assert.Empty(forgotten.Installations);
    }

    [Theory]
    [InlineData("net:[1]", "net:[2]", false)]
    [InlineData("net:[1]", "net:[1]", true)]
    [InlineData("net:[1]", null, true)]
    [InlineData(null, "net:[2]", true)]
    public async Task One_in_a_network_of_its_own_is_not_the_nodes_and_is_said(string? host, string? own, bool isNodes)
    {
        Run(7, "etcd --listen-client-urls=http://127.0.0.1:2379", Podman);
        if (host is not null)
            _node.WithLink("/proc/1/ns/net", host);
        if (own is not null)
            _node.WithLink("/proc/7/ns/net", own);

        var discovered = await ReadAsync();

        Assert.Equal(isNodes ? ["process"] : [], discovered.ExpectedBy);
        Assert.Equal(isNodes, discovered.Found is not null);
        Assert.Equal(!isNodes, discovered.OtherDatastores.Any(
            other => other.Contains("network of its own runs here (/proc/7)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("10.0.0.1:2379", 1)]
    [InlineData("127.0.0.1:2379", 1)]
    [InlineData("0.0.0.0:2379", 1)]
    [InlineData("10.0.0.1:2479", 2)]
    [InlineData("10.0.0.2:2379", 2)]
    public async Task One_that_listens_where_a_file_says_is_the_same_etcd(string address, int members)
    {
        _node.With("/etc/kubernetes/manifests/etcd.yaml", EtcdDiscoveryTests.Pod(
            "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379", "--advertise-client-urls=https://lb:1"));
        Run(7, $"etcd --listen-client-urls=https://{address} --data-dir=/x --advertise-client-urls=https://lb:1", Podman);

        Assert.Equal(members, (await ReadAsync()).Installations.Length);
    }

    [Fact]
    public async Task Processes_are_looked_for_once_a_minute_and_at_once_when_a_known_one_ended()
    {
        await ReadAsync();
        Run(7, "etcd --listen-client-urls=https://127.0.0.1:4001", Podman);
        var early = await ReadAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var later = await ReadAsync();
        Directory.Delete(_node.Real("/proc/7"), recursive: true);
        Run(8, "etcd --listen-client-urls=https://127.0.0.1:4002", Podman);
        var replaced = await ReadAsync();

        Assert.Empty(early.Installations);
        Assert.Equal("https://127.0.0.1:4001", Assert.Single(later.Installations).ClientUrl);
        Assert.Equal("https://127.0.0.1:4002", replaced.Found!.ClientUrl);
    }

    [Theory]
    [InlineData("kine")]
    [InlineData("k8s-dqlite")]
    public async Task Another_datastore_that_runs_is_said(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Run(7, name, "0::/system.slice/x.service\n");

        Assert.Equal([$"{name} runs here, which is not etcd"], (await ReadAsync()).OtherDatastores, StringComparer.Ordinal);
    }

    private Task<EtcdDiscovered> ReadAsync() => _discovery.ReadAsync(CancellationToken.None);

    private void Run(int id, string words, string groups, string? environment = "PATH=/bin")
    {
        var name = Path.GetFileName(words.Split(' ')[0]);
        _node.With($"/proc/{id}/comm", name + "\n").With($"/proc/{id}/cgroup", groups)
            .With($"/proc/{id}/cmdline", words.Replace(' ', '\0') + "\0")
            .With($"/proc/{id}/stat", $"{id} ({name}) S 1 2 3 0 -1 4 0 0 0 0 5 6 0 0 20 0 10 0 {id}00 5678 9");
        if (environment is not null)
            _node.With($"/proc/{id}/environ", environment.Replace(' ', '\0') + "\0");
    }
}
