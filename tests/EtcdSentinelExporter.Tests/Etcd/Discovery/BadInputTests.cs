using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Each kind of file that discovery reads, and each way in which it cannot be used: the file is named, and
/// neither its own etcd nor another one is hidden.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Manifest = EtcdDiscovery.DefaultManifest;
    private const string ManifestConfig = "/srv/etcd-in-pod.yml";
    private const string K3s = "/etc/rancher/k3s/config.yaml";
    private const string K3sDropIn = "/etc/rancher/k3s/config.yaml.d/9.yaml";
    private const string K3sUnit = "/etc/systemd/system/k3s.service";
    private const string K3sEtcd = "/mnt/k3s/server/db/etcd/config";
    private const string Rke2 = "/etc/rancher/rke2/config.yaml";
    private const string K0sUnit = "/etc/systemd/system/k0scontroller.service";
    private const string Unit = "/etc/systemd/system/store.service";
    private const string DropIn = "/etc/systemd/system/store.service.d/9.conf";
    private const string Environment = "/etc/store.env";
    private const string Optional = "/etc/default/store";
    private const string Config = "/etc/store/etcd.yml";
    private const string Generated = "/run/systemd/generator/etcd-box.service";
    private const string Quadlet = "/etc/containers/systemd/etcd-pod.container";
    private const string QuadletEnvironment = "/etc/pod.env";

    private const string Torn = "torn";
    private const string Empty = "empty";

    private static readonly string[] Everyone =
        ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3", "10.0.0.1:4", "10.0.0.1:5"];

    /// <summary>Content by path, and what is left of it after a crash; <see langword="null"/> if each beginning is
    /// valid.</summary>
    private static readonly Dictionary<string, (string Text, string? Torn)> Files = new(StringComparer.Ordinal)
    {
        [Manifest] = ($$"""
            kind: Pod
            spec:
              containers:
              - command: [etcd, --config-file={{ManifestConfig}}]
                image: a
                name: etcd
                volumeMounts: [{name: v, mountPath: /srv}]
              volumes: [{name: v, hostPath: {path: /srv} }]

            """, "kind: Pod\nspec:\n  containers:\n  - command: [etcd]\n    image: a\n"),
        [ManifestConfig] = ("listen-client-urls: https://10.0.0.1:1\n", "listen-client-urls: ["),
        [K3s] = ("data-dir: /mnt/k3s\n", "data-dir: ["),
        [K3sDropIn] = ("token: a\n", "token: 'a"),
        [K3sUnit] = ("[Service]\nExecStart=/usr/local/bin/k3s server\n", null),
        [K3sEtcd] = ("data-dir: /mnt/k3s/server/db/etcd\nlisten-client-urls: https://10.0.0.1:2\n", "data-dir: /mnt/k"),
        [Rke2] = ("token: b\n", "token: ["),
        [K0sUnit] = ("[Service]\nExecStart=/usr/local/bin/k0s controller\n", null),
        [Unit] = ($"[Service]\nEnvironmentFile={Environment}\nEnvironmentFile=-{Optional}\n"
            + $"ExecStart=/usr/bin/etcd --config-file={Config}\n", "[Service]\nEnvironm"),
        [DropIn] = ("[Service]\nRestart=always\n", null),
        [Environment] = ("A=b\n", null),
        [Optional] = ("A=b\n", null),
        [Config] = ("listen-client-urls: https://10.0.0.1:3\n", "listen-client-urls: ["),
        [Generated] = ("[Service]\nExecStart=/usr/bin/podman run etcd:3 --listen-client-urls https://10.0.0.1:4\n",
            "[Service]\nTy"),
        [Quadlet] = ($"[Container]\nImage=etcd:3\nEnvironmentFile={QuadletEnvironment}\n"
            + "Exec=--listen-client-urls https://10.0.0.1:5\n[Install]\nWantedBy=default.target\n", "[Container]\nIma"),
        [QuadletEnvironment] = ("A=b\n", null),
    };

    private readonly TempNode _node = new();
    private readonly FakeClock _clock = new();
    private readonly EtcdOnNode _etcd;

    public BadInputTests()
    {
        foreach (var (path, (text, _)) in Files)
            _node.With(path, text);
        _node.WithLink("/etc/systemd/system/multi-user.target.wants/store.service", Unit)
            .WithLink("/run/systemd/generator/multi-user.target.wants/etcd-box.service", Generated);
        var discovery = new EtcdDiscovery(_node.Files, processes: null, Manifest, _clock);
        _etcd = new(discovery.ReadAsync, Patience.Limit, _clock);
    }

    public static TheoryData<string, string> Faults()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (path, (_, torn)) in Files)
        {
            foreach (var fault in new[] { "fifo", "folder", "gigabyte", "loop", "binary", Empty })
                rows.Add(path, fault);
            // root may read everything.
            if (!System.Environment.IsPrivilegedProcess)
                rows.Add(path, "unreadable");
            if (torn is not null)
                rows.Add(path, Torn);
        }
        return rows;
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_file_is_named_and_hides_nothing(string path, string fault)
    {
        Assert.Equal(Everyone, Addresses(await ReadAsync()));
        Break(path, fault);

        // Before and after the next search for units.
        for (var poll = 0; poll < 2; poll++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            var discovered = await ReadAsync();

            Assert.Equal(Everyone, Addresses(discovered));
            Assert.Contains(Sentences(discovered), sentence => sentence.Contains(path, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_file_that_is_bad_from_the_start_is_named_and_hides_no_other_etcd(string path, string fault)
    {
        Break(path, fault);

        var discovered = await ReadAsync();

        Assert.True(Addresses(discovered).Intersect(Everyone).Count() >= Everyone.Length - 1);
        // Without a line ExecStart, nothing says that this unit is one of etcd.
        Assert.True((path, fault) is (Unit, Torn)
            || Sentences(discovered).Any(sentence => sentence.Contains(path, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Manifest)]
    [InlineData(K3sEtcd)]
    [InlineData(Config)]
    [InlineData(Unit)]
    public async Task A_file_behind_a_link_that_is_swapped_while_it_is_read_is_the_old_or_the_new_one(string path)
    {
        var text = await File.ReadAllTextAsync(_node.Real(path));
        File.Delete(_node.Real(path));
        // As Kubernetes writes volumes: a link to a folder of a new name, and the old folder is removed.
        _node.With("/v/0/f", text).WithLink("/v/now", "0/f").WithLink(path, "/v/now");
        using var stop = new CancellationTokenSource();
        var swaps = Task.Run(() =>
        {
            for (var n = 1; !stop.IsCancellationRequested; n++)
            {
                _node.With($"/v/{n}/f", text).WithLink($"/v/next{n}", $"{n}/f");
                File.Move(_node.Real($"/v/next{n}"), _node.Real("/v/now"), overwrite: true);
                Directory.Delete(_node.Real($"/v/{n - 1}"), recursive: true);
            }
        });

        for (var poll = 0; poll < 100; poll++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            var discovered = await ReadAsync();
            Assert.Empty(discovered.Problems);
            Assert.Equal(Everyone, Addresses(discovered));
        }

        await stop.CancelAsync();
        await swaps;
    }

    private static IEnumerable<string> Addresses(EtcdDiscovered discovered) =>
        discovered.Installations.Select(found => new Uri(found.ClientUrl!).Authority).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sentences(EtcdDiscovered discovered) =>
        discovered.Problems.Select(problem => problem.Message).Concat(discovered.Warnings);

    private Task<EtcdDiscovered> ReadAsync() => _etcd.GetAsync(CancellationToken.None);

    private void Break(string path, string fault)
    {
        switch (fault)
        {
            case Torn or Empty or "binary":
                _node.With(path, fault switch { Torn => Files[path].Torn!, Empty => "", _ => "a\0b" });
                break;
            case "unreadable":
                File.SetUnixFileMode(_node.Real(path), UnixFileMode.None);
                break;
            default:
                ConfiguredFilesTests.Replace(_node.Real(path), fault);
                break;
        }
    }
}
