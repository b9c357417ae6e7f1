using System.Collections.Immutable;
using EtcdSentinelExporter.Lab.Installing;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>The programs that <see cref="ScrapeBench"/> compares, and how each is started.</summary>
/// <param name="before">Another exporter to measure beside; <see langword="null"/> for none.</param>
internal sealed class BenchSubjects(
    string exporter, string? before, LargerPage larger, MemberProcess member, string folder)
{
    public const string Sentinel = "sentinel";
    public const string NodeExporter = "node_exporter";
    public const string SmartctlExporter = "smartctl_exporter";
    public const string BlackboxExporter = "blackbox_exporter";
    public const string Nginx = "nginx";

    private const string OurPage = "etcd_sentinel_member_up{";

    private readonly string? _smartctl =
        larger.Smartctl is null ? null : InstallCommands.TryFetch("smartctl-exporter");

    private readonly string? _blackbox = InstallCommands.TryFetch("blackbox-exporter");

    /// <summary>Those that the sentinel replaces, and that this machine has.</summary>
    public ImmutableArray<string> Replaced =>
    [
        NodeExporter, .. _smartctl is null ? [] : (string[])[SmartctlExporter],
        .. _blackbox is null ? [] : (string[])[BlackboxExporter],
    ];

    public ImmutableArray<string> Exporters =>
        [Sentinel, .. Replaced, .. before is null ? [] : (string[])["before"]];

    public ImmutableArray<string> All => [.. Exporters, Nginx];

    /// <summary>Names and versions, and what is missing.</summary>
    public IEnumerable<string> Describe() => ((string Name, string? Program)[])
    [
        (Sentinel, exporter), ("before", before), (NodeExporter, Tools.Find("prometheus-node-exporter")),
        (SmartctlExporter, _smartctl), (BlackboxExporter, _blackbox),
    ] is var all
        ? all.Where(one => one is not { Name: "before", Program: null }).Select(one => one.Program is { } program
            ? $"{one.Name}: {Shell.Run("/", program, "--version").Output.Split('\n')[0]}"
            : $"{one.Name}: missing{(larger.Smartctl is null ? ", or has no drives (--drives)" : "")}; not measured")
        : [];

    public async Task<BenchSubject> StartAsync(string name, bool keepsConnection = true, params string[] cadence)
    {
        var log = Path.Combine(folder, $"{name}.log");
        return name switch
        {
            NodeExporter => await BenchSubject.StartAsync(log, "node_scrape_collector_success", address =>
                [
                    // By default it takes 40 at a time.
                    Tools.Find("prometheus-node-exporter"), $"--web.listen-address={address}", "--web.max-requests=0",
                ], keepsConnection),
            SmartctlExporter => await BenchSubject.StartAsync(log, "smartctl_device_smart_status{", address =>
                [
                    _smartctl!, $"--web.listen-address={address}", $"--smartctl.path={larger.Smartctl}",
                    .. larger.Devices.Select(device => $"--smartctl.device={device}"),
                ], keepsConnection),
            BlackboxExporter => await BenchSubject.StartAsync(log, "probe_success 1", address =>
                [_blackbox!, $"--web.listen-address={address}", $"--config.file={WriteModules()}"], keepsConnection,
                $"probe?module=etcd&target={member.ClientUrl.Authority()}/health"),
            Nginx => await BenchSubject.StartAsync(
                log, OurPage, address => Measurements.Nginx.Command(folder, address), keepsConnection),
            "before" => await StartExporterAsync(log, before!, keepsConnection, cadence),
            _ => await StartExporterAsync(log, exporter, keepsConnection, cadence),
        };
    }

    private async Task<BenchSubject> StartExporterAsync(
        string log, string program, bool keepsConnection, string[] cadence)
    {
        var subject = await BenchSubject.StartAsync(log, OurPage, address =>
            [program, $"--web.listen-address={address}", .. larger.Settings, .. cadence], keepsConnection);
        await Wait.UntilAsync(
            async () => larger.IsWhole(await subject.GetAsync()), "the page shows all drives and certificates");
        return subject;
    }

    // Its usual probe of etcd: is it healthy, and how long is its certificate valid?
    private string WriteModules()
    {
        var file = Path.Combine(folder, "blackbox.yml");
        File.WriteAllText(file, $$"""
            modules:
              etcd:
                prober: http
                timeout: 5s
                http:
                  preferred_ip_protocol: ip4
                  tls_config:
                    ca_file: {{member.Node.EtcdPki("ca.crt")}}
                    cert_file: {{member.Node.EtcdPki("healthcheck-client.crt")}}
                    key_file: {{member.Node.EtcdPki("healthcheck-client.key")}}

            """);
        return file;
    }
}
