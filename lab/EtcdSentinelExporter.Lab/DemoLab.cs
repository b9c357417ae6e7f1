using System.Collections.Immutable;
using System.Net;
using EtcdSentinelExporter.Lab.Certificates;

namespace EtcdSentinelExporter.Lab;

/// <summary>Three etcd members set up like kubeadm's on nodes of their own, an exporter beside each, and a
/// Prometheus.</summary>
/// <remarks>Everything ends with this process: <see cref="TestRun"/>.</remarks>
internal sealed class DemoLab
{
    public const string Job = "control-plane-sentinel";
    public const string NativeJob = "control-plane-sentinel-native";

    private DemoLab(EtcdCluster cluster, string? disk) => (Cluster, Disk, Workload) = (cluster, disk, new(cluster));

    public EtcdCluster Cluster { get; }

    public Workload Workload { get; }

    /// <summary>Kernel's name of the disk that carries the members' data; <see langword="null"/> if there is
    /// none.</summary>
    public string? Disk { get; }

    public ImmutableArray<string> Nodes => [.. Cluster.Members.Select(member => member.Name)];

    public ImmutableArray<ControlPlane> ControlPlanes { get; private init; }

    public ImmutableArray<RecordedDrive> Drives { get; private init; }

    public ImmutableArray<Sentinel> Exporters { get; private set; }

    public Prometheus Prometheus { get => field ?? throw new InvalidOperationException("not started"); private set; }

    /// <param name="recordings">The drive of each node.</param>
    /// <param name="flags">Flags of etcd, beyond kubeadm's.</param>
    public static async Task<DemoLab> StartNodesAsync(
        EtcdBinary binary, ImmutableArray<string> recordings, ImmutableArray<string> flags)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Binary = binary,
            ExtraFlags = flags,
            Folder = Path.Combine(TestRun.Folder, "nodes"),
            // Rules identify hosts by the address of the exporter.
            Addresses = [IPAddress.Parse("127.0.0.11"), IPAddress.Parse("127.0.0.12"), IPAddress.Parse("127.0.0.13")],
        });
        var disk = (await DiskOfPath.Here.LocateAsync(cluster.Members[0].Node.DataDir)).Device;
        var ca = new CertificateAuthority("kubernetes");
        return new(cluster, disk)
        {
            ControlPlanes = [.. cluster.Members.Select(member => new ControlPlane(ca, member.Node))],
            Drives = [.. cluster.Members.Zip(recordings, (member, name) => new RecordedDrive(member.Node, disk, name))],
        };
    }

    /// <param name="program">The exporter.</param>
    /// <param name="settings">Settings beyond those of every lab.</param>
    public Task StartExportersAsync(string program, params string[] settings) =>
        StartExportersAsync(_ => [program], settings);

    /// <param name="command">The exporter of a node, by the name of the node.</param>
    /// <param name="settings">Settings beyond those of every lab.</param>
    public async Task StartExportersAsync(Func<string, string[]> command, params string[] settings) =>
        Exporters = [.. await Task.WhenAll(Cluster.Members.Select((member, i) => Sentinel.StartAsync(
            Path.Combine(TestRun.Folder, $"{member.Name}.exporter.log"), command(member.Name), member.Address,
            [
                $"--path.rootfs={member.Node.Root}",
                $"--certificates.served=kube-apiserver={ControlPlanes[i].ApiServer.Address}",
                "--certificates.every=5s", "--certificates.timeout=4s",
                $"--drives.smartctl-path={Drives[i].Smartctl}", "--drives.every=5s", "--drives.timeout=5s", .. settings,
            ])))];

    /// <param name="rules">Folder of its rules.</param>
    /// <param name="alertmanager">Host and port; <see langword="null"/> for none.</param>
    public async Task StartPrometheusAsync(string rules, string? alertmanager = null) => Prometheus = await Prometheus.StartAsync(
        $"""
        global:
          scrape_interval: 3s
          evaluation_interval: 3s
        rule_files: ['{rules}/*.rules.yaml']
        scrape_configs:
        - job_name: {Job}
          static_configs:
        {Targets(i => $"\n    labels: {{node: {Nodes[i]}}}")}
        # Without a label of the node: it would make the critical alert of the etcd mixin fire for one member of three.
        - job_name: {NativeJob}
          metrics_path: /etcd/metrics
          static_configs:
        {Targets(_ => "")}
        {(alertmanager is null ? "" : $"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}")}

        """);

    private string Targets(Func<int, string> labels) => string.Join(
        '\n', Exporters.Select((one, i) => $"  - targets: ['{one.Address.Authority}']{labels(i)}"));

    public NodeFolder Node(string name) => Cluster.Members.First(member => member.Name == name).Node;

    /// <summary>Ends the exporters and the members before this process ends.</summary>
    public async Task StopAsync()
    {
        foreach (var exporter in Exporters)
            await exporter.DisposeAsync();
        foreach (var node in ControlPlanes)
            node.Dispose();
        await Cluster.DisposeAsync();
    }

    /// <exception cref="LabException">A member or an exporter has ended; the message has its log.</exception>
    public void AssertRuns()
    {
        Cluster.AssertRuns();
        foreach (var exporter in Exporters)
            exporter.AssertRuns();
    }

    /// <summary>The end of an exporter's log, for a message about its node.</summary>
    /// <param name="complaint">Begins with the name of the node.</param>
    public static string LogAbout(string complaint) =>
        Path.Combine(TestRun.Folder, $"{complaint.Split(':')[0]}.exporter.log") is var log && File.Exists(log)
            ? $"\nThe log of the exporter on {complaint.Split(':')[0]}:\n{LogFile.End(log)}"
            : "";
}
