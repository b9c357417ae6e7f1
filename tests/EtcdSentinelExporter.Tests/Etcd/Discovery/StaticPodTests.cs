using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Text;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class StaticPodTests : IDisposable
{
    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("command: [etcd, --name=a]")]
    [InlineData("command: [/usr/local/bin/etcd]\n    args: [-name, a]")]
    [InlineData("args: [--name=a]")]
    [InlineData("command: [/bin/sh, -c, 'exec etcd --name=a']")]
    [InlineData("command:\n    - /bin/sh\n    - -ec\n    - |\n      #!/bin/sh\n      exec ionice -c2 -n0 etcd \\\n        --name=a")]
    [InlineData("command: [etcd]\n    env: [{name: ETCD_NAME, value: a}]")]
    [InlineData("command: [etcd, --name=a]\n    env: [{name: ETCD_NAME, value: b}]")]
    [InlineData("command: [etcd, --name=$(NODE)]\n    env: [{name: NODE, value: a}]")]
    [InlineData("command: [etcd, '--name', '$(X)']\n    env: [{name: Y, value: a}, {name: X, value: $(Y)}]")]
    [InlineData("command: [etcd]\n    env: [{name: ETCD_NAME, value: b}, {name: ETCD_NAME, value: a}]")]
    public void The_name_is_found_however_it_is_given(string container) =>
        Assert.Equal("a", StaticPod.Parse(Pod(container)).Options["name"]);

    [Fact]
    public void A_flag_beats_the_environment_also_when_it_is_empty()
    {
        var options = StaticPod.Parse(Pod("command: [etcd, --name=]\n    env: [{name: ETCD_NAME, value: b}]")).Options;

        Assert.Null(options["name"]);
    }

    [Theory]
    [InlineData("kind: List\nitems:\n- kind: Service\n- kind: Pod\n  spec: {containers: [{name: etcd, image: i, command: [etcd, --name=a]}]}")]
    [InlineData("kind: Pod\nspec: {containers: [{name: web, image: i}]}\n---\nkind: Pod\nspec: {containers: [{name: db, image: i, command: [etcd, --name=a]}]}")]
    [InlineData("kind: Pod\nspec: {containers: [{name: side, image: i, command: [etcd, --name=b]}, {name: etcd, image: i, command: [etcd, --name=a]}]}")]
    public void Etcd_is_found_among_others(string text) => Assert.Equal("a", StaticPod.Parse(text).Options["name"]);

    [Theory]
    [InlineData("")]
    [InlineData("kind: Pod")]
    [InlineData("kind: ConfigMap\nspec: {containers: [{name: etcd, image: i, command: [etcd]}]}")]
    [InlineData("kind: Pod\nspec: {containers: [{name: kube-apiserver, image: i, command: [kube-apiserver, --etcd-servers=x]}]}")]
    [InlineData("kind: Pod\nspec: {containers: {name: etcd}}")]
    public void Without_an_etcd_container_it_is_malformed(string text) =>
        Assert.Contains("etcd container", Complaint(text), StringComparison.Ordinal);

    [Fact]
    public void A_mount_of_a_volume_that_is_missing_shows_that_the_file_is_truncated() =>
        Assert.Contains(
            "truncated", Complaint(Pod("command: [etcd]\n    volumeMounts: [{name: d, mountPath: /d}]")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/var/lib/etcd/data", "/mnt/ssd/data")]
    [InlineData("/var/lib/etcd", "/mnt/ssd")]
    [InlineData("/var/lib/etcd-2", "/var/lib/etcd-2")]
    [InlineData("/var/lib/etcd/wal/x", "/mnt/nvme/sub/x")]
    [InlineData("/cfg/x", "/cfg/x")]
    public void A_path_is_the_nodes_by_the_longest_mount(string inside, string host)
    {
        var pod = StaticPod.Parse(Pod(
            "command: [etcd]\n    volumeMounts: [{name: d, mountPath: /var/lib/etcd/}, "
            + "{name: w, mountPath: /var/lib/etcd/wal, subPath: sub}, {name: c, mountPath: /cfg}]",
            "volumes: [{name: d, hostPath: {path: /mnt/ssd}}, {name: w, hostPath: {path: "
            + "/mnt/nvme/}}, {name: c, configMap: {}}]"));

        Assert.Equal(host, pod.Mounts.ToHost(inside));
    }

    [Theory]
    [InlineData("command: [etcd]", true, null)]
    [InlineData("command: [etcd, --quota-backend-bytes=0]", true, 0L)]
    [InlineData("command: [etcd, --quota-backend-bytes=-1]", true, -1L)]
    [InlineData("command: [etcd, --quota-backend-bytes=8589934592]", true, 8_589_934_592L)]
    [InlineData("command: [etcd, --quota-backend-bytes=8GiB]", false, null)]
    [InlineData("command: [etcd, --quota-backend-bytes=$(QUOTA)]", false, null)]
    [InlineData("command: [etcd, --quota-backend-bytes=99999999999999999999]", false, null)]
    [InlineData("command: [etcd]\n    env: [{name: ETCD_QUOTA_BACKEND_BYTES, valueFrom: {configMapKeyRef: {name: a}}}]",
        false, null)]
    [InlineData("command: [etcd]\n    env: [{name: ETCD_QUOTA_BACKEND_BYTES, value: '77'}]", true, 77L)]
    [InlineData("command: [etcd, --quota-backend-bytes=5]\n    env: [{name: ETCD_QUOTA_BACKEND_BYTES, valueFrom: {}}]",
        true, 5L)]
    [InlineData("command: [etcd]\n    envFrom: [{configMapRef: {name: a}}]", false, null)]
    public async Task The_quota_is_known_only_where_all_of_the_configuration_is_seen(
        string container, bool isKnown, long? told)
    {
        var found = (await _node.With(EtcdDiscovery.DefaultManifest, Pod(container)).DiscoverAsync()).Found!;

        Assert.Equal((isKnown, told), (found.QuotaIsKnown, found.QuotaBytes));
        Assert.Equal(isKnown, found.Notes.IsEmpty);
    }

    [Theory]
    [InlineData("--listen-client-urls=https://10.0.0.1:2379,https://127.0.0.1:2379", "https://127.0.0.1:2379")]
    [InlineData("--listen-client-urls=https://10.0.0.1:2379,https://0.0.0.0:12379", "https://127.0.0.1:12379")]
    [InlineData("--listen-client-urls=https://10.0.0.1:2379,https://10.0.0.2:2379", "https://10.0.0.1:2379")]
    [InlineData("--listen-client-urls=https://localhost:2379", "https://localhost:2379")]
    [InlineData("--listen-client-urls=unix://etcd.sock --advertise-client-urls=https://10.0.0.1:2379",
        "https://10.0.0.1:2379")]
    [InlineData("--listen-client-urls=unix://etcd.sock", null)]
    [InlineData("--listen-client-urls=https://$(POD_IP):2379,https://127.0.0.1:2379", "https://127.0.0.1:2379")]
    [InlineData("--name=a", "http://localhost:2379")]
    public async Task The_member_is_dialled_where_it_listens_nearest(string flags, string? dialled)
    {
        var manifest = EtcdDiscoveryTests.Pod([.. ShellWords.Split(flags)]);

        var found = (await _node.With(EtcdDiscovery.DefaultManifest, manifest).DiscoverAsync()).Found!;

        Assert.Equal(dialled, found.ClientUrl);
    }

    [Theory]
    [InlineData("--listen-client-urls=unix://etcd.sock",
        "listen-client-urls: unix://etcd.sock is a Unix socket, which is not supported")]
    [InlineData("--listen-metrics-urls=http://127.0.0.1", "listen-metrics-urls: http://127.0.0.1 has no port")]
    [InlineData("--listen-metrics-urls=http://me:secret@127.0.0.1:2381",
        "listen-metrics-urls: 127.0.0.1:2381 has a host")]
    [InlineData("--data-dir=default.etcd", "data-dir: default.etcd is not an absolute path of at most 4096 characters")]
    public async Task What_cannot_be_used_is_said(string flag, string note)
    {
        var found = (
            await _node.With(EtcdDiscovery.DefaultManifest, EtcdDiscoveryTests.Pod(flag)).DiscoverAsync()).Found!;

        Assert.StartsWith(note, Assert.Single(found.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen-metrics-urls=http://10.0.0.1:2381,https://127.0.0.1:2381,http://127.0.0.1:2382",
        "http://127.0.0.1:2382/metrics")]
    [InlineData("--listen-metrics-urls=https://127.0.0.1:2381,http://10.0.0.1:2381", "https://127.0.0.1:2381/metrics")]
    [InlineData("--listen-metrics-urls=https://10.0.0.1:2382,http://10.0.0.1:2381", "http://10.0.0.1:2381/metrics")]
    [InlineData("--listen-metrics-urls=", null)]
    [InlineData("--name=a", null)]
    public async Task The_metrics_page_is_read_where_no_key_is_needed(string flags, string? page)
    {
        var manifest = EtcdDiscoveryTests.Pod([.. ShellWords.Split(flags)]);

        var found = (await _node.With(EtcdDiscovery.DefaultManifest, manifest).DiscoverAsync()).Found!;

        Assert.Equal(page, found.MetricsUrl);
    }

    [Fact]
    public async Task A_configuration_file_is_read_where_the_pods_volume_has_it()
    {
        _node.With("/etc/etcd-on-host/etcd.yml",
            "name: a\nlisten-client-urls: https://127.0.0.1:2379\ndata-dir: /cfg/data\n").With(
                EtcdDiscovery.DefaultManifest,
                Pod("command: [etcd, --name=b]\n    env: [{name: ETCD_CONFIG_FILE, value: /cfg/etcd.yml}]\n"
                    + "    volumeMounts: [{name: c, mountPath: /cfg}]",
                    "volumes: [{name: c, hostPath: {path: /etc/etcd-on-host}}]"));

        var found = (await _node.DiscoverAsync()).Found!;

        Assert.Equal(
            ("a", "/etc/etcd-on-host/etcd.yml", "/etc/etcd-on-host/data"),
            (found.Name, found.ConfigFile, found.DataDir));
        Assert.Equal(("static-pod", "https://127.0.0.1:2379"), (found.Kind, found.ClientUrl));
    }

    [Fact]
    public async Task Texts_for_labels_are_one_short_line()
    {
        var name = $"a\\n{new string('x', 500)}";

        _node.With(EtcdDiscovery.DefaultManifest, EtcdDiscoveryTests.Pod($"--name={name}"));
        var found = (await _node.DiscoverAsync()).Found!;

        Assert.Equal((128, "a\uFFFDx"), (found.Name!.Length, found.Name[..3]));
    }

    [Fact]
    public void No_change_of_a_few_characters_gives_anything_but_a_pod_or_a_complaint()
    {
        var text = File.ReadAllText(TempNode.Fixture("kubeadm-1.36") + EtcdDiscovery.DefaultManifest);
        const string Characters = "[]{}:,-&*?!|>'\"%@`#\t\n \0\uFEFF$()=/\\xé";

        Prop.ForAll<int[]>(numbers =>
        {
            var changed = text.ToCharArray();
            foreach (var number in numbers.Select(number => (uint)number * 2_654_435_761u))
                changed[number % changed.Length] = Characters[(int)(number / 7 % Characters.Length)];
            return IsPodOrComplaint(new string(changed));
        }).Holds();
    }

    [Fact]
    public void No_text_gives_anything_but_a_pod_or_a_complaint() =>
        Prop.ForAll<string?>(text => IsPodOrComplaint(text ?? "")).Holds();

    private static string Complaint(string text) =>
        Assert.Throws<FormatException>(() => StaticPod.Parse(text)).Message;

    private static bool IsPodOrComplaint(string text) =>
        Record.Exception(() => StaticPod.Parse(text)) is null or FormatException;

    private static string Pod(string container, string rest = "hostNetwork: true") =>
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: etcd\n    image: etcd:3\n    "
        + $"{container}\n  {rest}\n";
}
