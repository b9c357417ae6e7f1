using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Certificates;

internal static class CertificatesCollector
{
    public const string Name = "certificates";

    public static CollectorKind Kind { get; } = new(
        Name, CertificatesSettings.All, ImmutableArray<MetricFamily>.CastUp(CertificatesMetrics.Families), Create);

    private static Collector<CertificatesReading> Create(SettingValues settings, Facts facts, TimeProvider clock)
    {
        var cadence = CertificatesSettings.Common.Cadence(settings, facts.Timeouts);
        var planner = new Planner(
            facts.Files,
            settings.Get(CertificatesSettings.Profile),
            settings.Get(CertificatesSettings.Files),
            settings.Get(CertificatesSettings.Served),
            facts.Given is { CertFile: { } cert, KeyFile: { } key } ? new(Ca: null, cert, key) : null)
        {
            EtcdEndpoints = [.. facts.Given.Endpoints.Select(endpoint => endpoint.Address)],
        };
        var disk = new DiskSweep(facts.Timeouts.CertificateFile, clock);
        var processes = new ProcessTable(facts.Processes);
        var probe = new CertificatesProbe(
            facts.Etcd.GetAsync,
            planner.Plan,
            disk,
            new FileSweep(facts.Files, disk, clock),
            new Handshakes(
                new ListenerDial(facts.Read, facts.Timeouts.CloseNotify, clock).LeafAsync, facts.Timeouts.Handshake,
                clock),
            components => ComponentProcesses.Of(components, processes),
            new CertificatesLog(facts.Logs.CreateLogger(Name)),
            clock);
        return new(
            Name, cadence, probe, CertificatesMetrics.Families,
            subjects: reading => reading.Files.Sum(file => file.Certificates.Length),
            judge: CertificatesFindings.Judge, clock);
    }
}
