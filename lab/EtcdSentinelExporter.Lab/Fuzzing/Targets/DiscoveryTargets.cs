using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>How etcd was started: its manifest, its configuration file, its command line.</summary>
internal static class DiscoveryTargets
{
    public const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {annotations: {kubeadm.kubernetes.io/etcd.advertise-client-urls: "https://10.0.0.1:2379"}}
        spec:
          containers:
          - name: kube-apiserver
            image: a
            command: [kube-apiserver, --client-ca-file=/pki/ca.crt, --a, b]
            volumeMounts: [{name: pki, mountPath: /pki/, subPath: x/}]
          - name: etcd
            image: b
            env: [{name: A, value: "$(B)1"}, {name: ETCD_NAME, valueFrom: {fieldRef: {}}}]
            command: [sh, -c, "exec etcd --data-dir=/d --listen-client-urls=https://0.0.0.0:2379,unix:///a --name=$(A)"]
          volumes: [{name: pki, hostPath: {path: /etc/kubernetes/pki}}]
        """;

    private const string Config = """
        name: a
        data-dir: /var/lib/etcd
        listen-client-urls: https://127.0.0.1:2379,https://[::]:2379
        quota-backend-bytes: 8589934592
        client-transport-security: {cert-file: /a.crt, key-file: /a.key, trusted-ca-file: /ca.crt}
        peer-transport-security: {cert-file: /p.crt}

        """;

    private static readonly HostFiles NoFiles = new("/nonexistent", TimeProvider.System);

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Text("static-pod", () => [.. SeedFiles.Named("etcd.yaml"), .. SeedFiles.Texts(Pod)], StaticPodOf),
        FuzzTarget.Text("etcd-config",
            () => [.. SeedFiles.Named("etcd.conf*", "config"), .. SeedFiles.Texts(Config)], text =>
                Build(EtcdConfigText.Parse(text))),
        FuzzTarget.Text("rancher-config",
            () => [.. SeedFiles.Named("config"), .. SeedFiles.Texts(Config)], text => Build(RancherSource.Parse(text))),
        FuzzTarget.Text("kubelet-config", () => SeedFiles.Texts(
            "address: 0.0.0.0\nport: 10250\ntlsCertFile: /a.crt\nauthentication: {x509: {clientCAFile: /ca.crt}}\n"),
            text => KubeletConfig.Parse(text)),
        FuzzTarget.Total("etcd-command", () => SeedFiles.Texts(
            "etcd --name a --quota-backend-bytes=1", "docker run --env-file=/e -e ETCD_A=b quay.io/coreos/etcd:v3 etcd",
            "sh -c \"exec etcd --data-dir=/d\"", "etcd grpc-proxy start", "runuser -u etcd -- /usr/bin/etcd"),
            text => Command([.. text.Split(' ')], ImmutableDictionary<string, string?>.Empty)),
        FuzzTarget.Text("etcd-url", () => SeedFiles.Texts(
            "https://127.0.0.1:2379", "http://[::]:1", "https://a-b.c:65535/", "unix://a:1"), Url),
        FuzzTarget.Text("liveness-probe", () => [.. SeedFiles.Named("etcd.yaml"), .. SeedFiles.Texts(Pod)], Probe),
        FuzzTarget.Text("advisories", () => SeedFiles.Texts(Advisories), text =>
            Property.Holds(AdvisoryTable.Parse(text).Newest is not [], "no newest version")),
        FuzzTarget.Try("etcd-version", () => SeedFiles.Texts("3.4.23+dfsg", "3.6.0-rc.1"), Version),
    ];

    private const string Advisories = """
        date: 2026-11-30
        newest: [3.5.33, 3.6.14]
        ended: [3.4]
        advisories:
        - {id: a, level: avoid, fixed: [3.5.3], from: [3.5.0], why: w, source: "https://a", date: 2022-04-13}
        - {id: b, level: upgrade, to: 3.6, if: enable-v2, why: w, source: "https://b", date: 2022-04-13}
        """;

    private static void Probe(string text) => Property.Holds(
        ProbeAllowance.Parse("etcd", text) is null or { Silence.TotalSeconds: > 0 }, "no time at all");

    private static bool Version(string text)
    {
        if (EtcdVersion.Parse(text) is not { } version)
            return false;
        Property.Holds(
            AdvisoryTable.Shipped.Of(version).All(fault => fault.FixFor(version) is not null), "a fault without a repair");
        return true;
    }

    /// <summary>Reads the options of a command, if it is etcd, and builds an installation from them.</summary>
    public static void Command(ImmutableArray<string> words, ImmutableDictionary<string, string?> environment)
    {
        if (EtcdCommand.Find(words) is { } command)
            Build(EtcdOptions.From(EtcdFlags.Parse(command.Arguments), environment.SetItems(command.Assignments)));
    }

    private static void StaticPodOf(string text)
    {
        var pod = StaticPod.Parse(text);
        Build(pod.Options, pod.Mounts.ToHost);
    }

    private static void Build(EtcdOptions options, Func<string, string>? toHost = null)
    {
        var found = new EtcdInstallationBuilder(NoFiles, toHost ?? (path => path))
            .Build("kubeadm", "/a.yaml", null, options);
        string?[] labels =
        [
            found.ClientUrl, found.MetricsUrl, found.PeerUrl, found.Name, found.AutoCompactionMode, found.MetricsLevel,
            found.AutoCompactionRetention, found.FeatureGates, .. found.ListenClientUrls, .. found.Notes,
        ];
        foreach (var label in labels)
            Property.IsSafe(label, "the installation");
        foreach (var path in new[] { found.DataDir, found.WalDir, found.CaFile, found.CertFile, found.KeyFile })
            Property.Holds(path is null or ['/', ..], "a relative path");
        Property.Holds(found.HeartbeatInterval is null || found.HeartbeatInterval >= TimeSpan.Zero,
            "a negative interval");
    }

    private static void Url(string text)
    {
        var url = EtcdUrl.Parse(text);
        Property.Holds(EtcdUrl.Parse(url.ToString()) == url, "its own text is another URL");
        foreach (var dialled in url.IsWildcard ? url.Loopbacks() : [url])
            Property.Holds(Uri.TryCreate(dialled.ToString(), UriKind.Absolute, out _), "no URI");
    }
}
